"""Messy returned forms: what people and office programs do to a form, one habit each.

A habit is a small function on a `Page`, a filled form in somebody's hands.  It
works on any form: it looks at the document, and at what the blank form says
(`Known`), never at names of fields.  Habits leave the meaning as it is; where
they cannot, they say so on the page: `must` are the answers that are right
only with a doubt, `added` the words that belong to no field.  Both, and the
truth, are worked out here without the reader.

`HABITS` is the table, in the order in which habits are applied when several
come together.  A newly met habit is one function and one line there, or one
line of a smaller table (drawings of a tick, spellings of a number).  `CLEAR`
habits are read exactly and without a doubt; `REPORTED` ones leave the reader
in doubt, rightly or not yet, and it says so.
"""

from __future__ import annotations

import copy
import functools
import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from xml.sax.saxutils import escape

from lxml import etree

from docfill import Form
from tests.disturb import MAIN, SPACE, Element, W, package_of, parts_of
from tests.strategies import filled_everywhere, record_of

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_DECLARED = f'xmlns:w="{W[1:-1]}" xmlns:w14="{W14[1:-1]}"'

CLEAR: Literal["clear"] = "clear"
REPORTED: Literal["reported"] = "reported"

_EMPTY, _TICKED = "□", "☑"
_GLYPHS = {"□": False, "☐": False, "☑": True, "☒": True, "■": True}
_SYMBOLS = {0xA3: False, 0x52: True}
_MARKER = re.compile(r"9\d{7}|7\d{3}年1月1日|〔\d{3}〕")


# --- Word's XML ---


def elements(xml: str) -> list[Element]:
    """The elements of a piece of XML."""
    return list(etree.fromstring(f"<x {_DECLARED}>{xml}</x>"))


def run(text: str, properties: str = "") -> str:
    """A run."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(text: str) -> Element:
    """A paragraph of one run."""
    return elements(f"<w:p>{run(text)}</w:p>")[0]


def shown(element: Element) -> str:
    """The text inside an element, without breaks."""
    return "".join(t.text or "" for t in element.iter(W + "t"))


def inside(element: Element, *tags: str) -> list[Element]:
    """The descendants with these tags, as a list, so that the tree may be changed meanwhile."""
    return list(element.iter(*(W + tag for tag in tags)))


def above(element: Element, tag: str) -> Element | None:
    """The nearest ancestor with a tag."""
    return next(element.iterancestors(W + tag), None)


def span_of(tc: Element) -> int:
    """How many columns of the grid a cell takes."""
    found = tc.find(f"{W}tcPr/{W}gridSpan")
    return 1 if found is None else int(found.get(W + "val", "1"))


def widen(tc: Element, by: int) -> None:
    """Lets a cell take more columns of the grid."""
    size = span_of(tc) + by
    properties = tc.find(W + "tcPr")
    for old in properties.findall(W + "gridSpan"):
        properties.remove(old)
    width = properties.find(W + "tcW")
    properties.insert(0 if width is None else 1, etree.Element(W + "gridSpan", {W + "val": str(size)}))


def say(text: Element, words: str) -> None:
    """Changes the words of a w:t."""
    text.text = words
    text.set(SPACE, "preserve")


def rewrite(element: Element, start: int, end: int, words: str) -> None:
    """Puts `words` in the place of the characters from `start` to `end`, in the first run that holds any of them."""
    at = 0
    for text in inside(element, "t"):
        was = text.text or ""
        first, last = max(start - at, 0), min(end - at, len(was))
        if first <= len(was) and (first < last or (start == end and first == last <= len(was) and start >= at)):
            say(text, was[:first] + words + was[last:])
            words = ""
            if start == end:
                return
        at += len(was)


def cut(text: Element, at: int) -> Element:
    """Cuts a run in two before character `at` of its w:t; returns the second run."""
    first = text.getparent()
    second = etree.Element(W + "r")
    properties = first.find(W + "rPr")
    if properties is not None:
        second.append(copy.deepcopy(properties))
    tail = etree.SubElement(second, W + "t")
    say(tail, (text.text or "")[at:])
    second.extend(list(text.itersiblings()))
    say(text, (text.text or "")[:at])
    first.addnext(second)
    return second


def wrapped(nodes: Sequence[Element], tag: str, **attributes: str) -> Element:
    """Puts a new element around neighbours."""
    around = etree.Element(W + tag, {W + name: value for name, value in attributes.items()})
    nodes[0].addprevious(around)
    around.extend(nodes)
    return around


def controlled(nodes: Sequence[Element]) -> None:
    """Puts a content control around neighbours."""
    content = wrapped(nodes, "sdtContent")
    control = wrapped([content], "sdt")
    control.insert(0, etree.Element(W + "sdtPr"))


def table_of(rows: Sequence[Sequence[str]], widths: Sequence[int] | None = None) -> Element:
    """A table of words."""
    size = max(map(len, rows))
    grid = "".join(f'<w:gridCol w:w="{w}"/>' for w in widths or [8000 // size] * size)
    written = "".join(
        "<w:tr>" + "".join(f"<w:tc><w:tcPr/><w:p>{run(words)}</w:p></w:tc>" for words in row) + "</w:tr>"
        for row in rows
    )
    return elements(f"<w:tbl><w:tblPr/><w:tblGrid>{grid}</w:tblGrid>{written}</w:tbl>")[0]


# --- what the blank form says ---


@dataclass(eq=False)
class Box:
    """One box: the run-level element that draws it, and whose option it is."""

    node: Element
    is_ticked: bool
    path: str = ""
    option: str = ""
    is_single: bool = False

    def stretch(self, boxes: frozenset[Element]) -> list[Element]:
        """The box and what follows it, up to the next box of the line."""
        after = itertools.takewhile(lambda node: node not in boxes, self.node.itersiblings())
        return [self.node, *after]

    def after_label(self) -> Element | None:
        """The run that ends where the option's label ends; None where the words beside the box are others."""
        rest = self.option
        for node in list(self.node.itersiblings(W + "r")):
            for text in inside(node, "t"):
                for at, char in enumerate(text.text or ""):
                    if char == rest[:1]:
                        rest = rest[1:]
                        if not rest:
                            if at + 1 < len(text.text or ""):
                                cut(text, at + 1)
                            return node
                    elif not (char.isspace() and rest == self.option):
                        return None
        return None


def boxes_of(root: Element) -> list[Box]:
    """Every box of a document, each alone in its run from now on."""
    for text in inside(root, "t"):
        while text is not None and (found := re.search("[□☐☑☒■]", text.text or "")):
            if found.start():
                text = cut(text, found.start()).find(W + "t")
            text = cut(text, 1).find(W + "t") if len(text.text or "") > 1 or text.getnext() is not None else None
    found_boxes = []
    for node in inside(root, "r", "sdt"):
        control, symbol = node.find(f"{W}sdtPr/{W14}checkbox/{W14}checked"), node.find(W + "sym")
        if control is not None:
            found_boxes.append(Box(node, control.get(W14 + "val") == "1"))
        elif symbol is not None and int(symbol.get(W + "char"), 16) & 0xFF in _SYMBOLS:
            found_boxes.append(Box(node, _SYMBOLS[int(symbol.get(W + "char"), 16) & 0xFF]))
        elif node.tag == W + "r" and shown(node) in _GLYPHS and node.getparent().tag != W + "sdtContent":
            found_boxes.append(Box(node, _GLYPHS[shown(node)]))
    return found_boxes


@dataclass
class Known:
    """What the blank form says, found by filling it with marks of our own.

    Attributes:
        said: its paragraphs without a place to fill.
        leads: what stands in front of a place in its line, with the colon.
        hints: words that give way to an answer.
        owners: the paths at each (block of the body, row or -1).
        boxes: (path, option, is single) of each box, in order.
        beside: the words beside each box.
        repeats: the blocks that have rows which repeat.
        blocks: how many blocks the body has.
    """

    said: frozenset[str]
    leads: frozenset[str]
    hints: frozenset[str]
    owners: dict[tuple[int, int], list[str]]
    boxes: list[tuple[str, str, bool]]
    beside: list[str]
    repeats: frozenset[int]
    blocks: int


def _root(document: bytes) -> Element:
    return etree.fromstring(parts_of(document)[MAIN])


def _units(root: Element) -> Iterator[tuple[int, int, Element]]:
    """(block, row or -1, element) of each paragraph and row of the body."""
    for index, block in enumerate(root[0]):
        if block.tag == W + "p":
            yield index, -1, block
        for number, tr in enumerate(block.iterfind(W + "tr")):
            yield index, number, tr


def _mark(kind: str, n: int) -> tuple[Any, str]:
    """A value for the n-th field that occurs nowhere else, and how it is written; "" where a field has no text."""
    if kind in ("number", "integer"):
        return 90000000 + n, f"{90000000 + n}"
    if kind == "date":
        return f"{7000 + n}-01-01", f"{7000 + n}年1月1日"
    if kind in ("choice", "choices", "rows"):
        return None, ""
    return f"〔{n:03}〕", f"〔{n:03}〕"


@functools.cache
def known(form: Form) -> Known:
    """What the blank form says."""
    marks: dict[str, Any] = {}
    texts: dict[str, str] = {}
    for n, f in enumerate(form.fields):
        marks[f.path], texts[f.path] = _mark(f.kind.name, n)
        if f.kind.name == "rows":
            marks[f.path] = filled_everywhere(form)[f.path]
    paths = {text: path for path, text in texts.items() if text}
    blank, full = _root(form.blank()), _root(form.fill(record_of(marks)))
    boxes = boxes_of(blank)
    boxed = {box.node.getparent() for box in boxes}
    said = {shown(p) for p in inside(blank, "p") if p not in boxed} & {shown(p) for p in inside(full, "p")}
    leads = {m[0] for p in inside(full, "p") if (m := re.match(r"[^：〔\d]+：(?=\s*(?:〔|9\d{7}|7\d{3}年))", shown(p)))}
    owners: dict[tuple[int, int], list[str]] = defaultdict(list)
    for block, row, element in _units(full):
        owners[block, row] += [paths[m[0]] for m in _MARKER.finditer(shown(element)) if m[0] in paths]
    owned = _owned_boxes(form, len(boxes))
    units = {element: (block, row) for block, row, element in _units(blank)}
    for box, (path, _, _) in zip(boxes, owned, strict=True):
        unit = next((units[x] for x in box.node.iterancestors() if x in units), None)
        if unit is not None and path not in owners[unit]:
            owners[unit].append(path)
    nodes = frozenset(box.node for box in boxes)
    repeated = [f.path for f in form.fields if f.kind.name == "rows"]
    sizes = [Counter(block for block, _, _ in _units(root)) for root in (blank, _root(form.fill(record_of(marks))))]
    return Known(
        frozenset(said - {""}),
        frozenset(leads),
        frozenset(hint for f in form.fields for hint in f.hint),
        {unit: found for unit, found in owners.items() if found},
        owned,
        ["".join(map(shown, box.stretch(nodes))).strip() for box in boxes],
        frozenset(b for b in sizes[0] if repeated and sizes[0][b] != sizes[1][b]),
        len(blank[0]),
    )


def _owned_boxes(form: Form, count: int) -> list[tuple[str, str, bool]]:
    """Whose each box is: choosing the n-th option of every field ticks one box a field, in form order."""
    owned = [("", "", False)] * count
    asked = [f for f in form.fields if f.kind.name in ("choice", "choices")]
    for n in range(max((len(f.options) for f in asked), default=0)):
        some = [f for f in asked if n < len(f.options)]
        record = record_of({f.path: f.options[n] if f.kind.name == "choice" else [f.options[n]] for f in some})
        ticked = [i for i, box in enumerate(boxes_of(_root(form.fill(record)))) if box.is_ticked]
        for at, f in zip(ticked, some, strict=True):
            owned[at] = (f.path, f.options[n], f.kind.name == "choice")
    return owned


# --- a filled form in somebody's hands ---


@dataclass(eq=False)
class Typed:
    """A number, a date or a short text in the document, whose spelling may be changed."""

    text: Element
    words: str
    path: str
    kind: str
    value: Any
    unit: str

    def respell(self, words: str) -> None:
        """Writes it otherwise."""
        say(self.text, (self.text.text or "").replace(self.words, words, 1))
        self.words = words

    @property
    def has_unit_behind(self) -> bool:
        """Whether the form prints words right behind it."""
        return bool((self.text.text or "").rpartition(self.words)[2].strip()) or any(
            shown(node).strip() for node in self.text.getparent().itersiblings()
        )


@dataclass
class Page:
    """A filled form: its main part, the truth, and what habits did to the truth."""

    form: Form
    record: dict[str, Any]
    must: set[str] = field(default_factory=set)
    added: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Fills the form with marks where numbers, dates and short texts are, then writes these as fill would."""
        self.known = known(self.form)
        self.record = self.form.context(self.record)
        values = dict(_leaves(self.record))
        owned = set(itertools.chain(*self.known.owners.values()))
        marks: dict[str, tuple[Any, Any]] = {}
        for n, f in enumerate(self.form.fields):
            if f.kind.name in ("number", "integer", "date", "text") and f.path in owned and values[f.path] is not None:
                mark, written = _mark(f.kind.name, n)
                marks[written] = (f, mark)
        marked = {f.path: mark for f, mark in marks.values()}
        self._parts = parts_of(self.form.fill(record_of({**values, **marked})))
        self.root = etree.fromstring(self._parts[MAIN])
        self.body = self.root[0]
        self.boxes = boxes_of(self.root)
        for box, whose in zip(self.boxes, self.known.boxes, strict=True):
            box.path, box.option, box.is_single = whose
        self.typed: list[Typed] = []
        for text in inside(self.root, "t"):
            for found in _MARKER.findall(text.text or ""):
                f, _ = marks[found]
                typed = Typed(text, found, f.path, f.kind.name, values[f.path], f.unit)
                typed.respell(_plainly(f.kind.name, values[f.path]))
                self.typed.append(typed)
        self.rows: list[tuple[Element, list[str]]] = []
        for block, row, element in _units(self.root) if len(self.body) == self.known.blocks else ():
            if row >= 0 and block not in self.known.repeats:
                self.rows.append((element, self.known.owners.get((block, row), [])))

    def truth(self) -> dict[str, Any]:
        """What the document says."""
        return self.form.context(self.record)

    def document(self) -> bytes:
        """The bytes of the .docx."""
        return package_of({**self._parts, MAIN: etree.tostring(self.root, encoding="UTF-8", standalone=True)})

    def remark(self, node: Element, said: str, kind: str = "comment") -> None:
        """Puts a comment, a footnote or an endnote behind a run."""
        xml = f'<w:{kind} w:id="77" w:author="审核" {_DECLARED}><w:p><w:r><w:t>{said}</w:t></w:r></w:p></w:{kind}>'
        self.add_part("remarks.xml", f"{kind}s", f"<w:{kind}s {_DECLARED}>{xml}</w:{kind}s>")
        node.addnext(elements(f'<w:r><w:{kind}Reference w:id="77"/></w:r>')[0])

    def says(self, path: str, value: Any) -> None:
        """The document says this of a field from now on."""
        *groups, last = path.split(".")
        functools.reduce(lambda node, group: node[group], groups, self.record)[last] = value

    def forget(self, path: str) -> None:
        """The document says nothing of a field any more."""
        self.says(path, None)

    def add_part(self, name: str, kind: str, content: str) -> None:
        """Adds a part in the folder of the main one, related to it."""
        rels = "word/_rels/document.xml.rels"
        number = f"rId{800 + self._parts[rels].count(b'<Relationship ')}"
        relation = f'<Relationship Id="{number}" Type="{_OFFICE}/{kind}" Target="{name}"/></Relationships>'
        self._parts[f"word/{name}"] = content.encode()
        self._parts[rels] = self._parts[rels].replace(b"</Relationships>", relation.encode())

    def number(self, p: Element, drawn: str, gap: str, *, is_linked: bool) -> None:
        """Lets a list number a paragraph, drawn so before a gap; a linked list is defined by a style of lists."""
        kind = "decimal" if "%" in drawn else "bullet"
        level = (
            f'<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:suff w:val="{gap}"/>'
            f'<w:lvlText w:val="{drawn}"/></w:lvl>'
        )
        lists = (
            f'<w:abstractNum w:abstractNumId="970"><w:styleLink w:val="HabitList"/>{level}</w:abstractNum>'
            '<w:abstractNum w:abstractNumId="971"><w:numStyleLink w:val="HabitList"/></w:abstractNum>'
            f'<w:num w:numId="970"><w:abstractNumId w:val="{970 + is_linked}"/></w:num>'
        )
        if (known := self._parts.get("word/numbering.xml")) is None:
            self.add_part("numbering.xml", "numbering", f"<w:numbering {_DECLARED}>{lists}</w:numbering>")
        else:
            abstract, num = lists.partition("<w:num ")[::2]
            written = known.decode().replace("</w:numbering>", f"<w:num {num}</w:numbering>")
            first = re.search(r"<w:(?:abstractNum|num) ", written)
            assert first is not None
            self._parts["word/numbering.xml"] = (
                written[: first.start()] + abstract + written[first.start() :]
            ).encode()
        properties = p.find(W + "pPr")
        if properties is None:
            properties = etree.Element(W + "pPr")
            p.insert(0, properties)
        properties.extend(elements('<w:numPr><w:ilvl w:val="0"/><w:numId w:val="970"/></w:numPr>'))

    def bind(self, nodes: Sequence[Element], kept: str) -> None:
        """Puts a control around neighbours that is bound to a store which keeps this."""
        item = "{77777777-7777-7777-7777-777777777777}"
        if "customXml/item7.xml" not in self._parts:
            self.add_part("../customXml/item7.xml", "customXml", "")
            del self._parts["word/../customXml/item7.xml"]
            xml = f'<d:datastoreItem xmlns:d="{_OFFICE.removesuffix("/relationships")}/customXml" d:itemID="{item}"/>'
            self._parts["customXml/itemProps7.xml"] = xml.encode()
            self._parts["customXml/_rels/item7.xml.rels"] = (
                '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship '
                f'Id="rId1" Type="{_OFFICE}/customXmlProps" Target="itemProps7.xml"/></Relationships>'
            ).encode()
            self._parts["customXml/item7.xml"] = f"<job><no>{escape(kept)}</no></job>".encode()
        controlled(nodes)
        control = above(nodes[0], "sdt")
        assert control is not None
        binding = f'<w:dataBinding w:xpath="/job[1]/no[1]" w:storeItemID="{item}"/>'
        control.find(W + "sdtPr").extend(elements(binding))

    def groups(self) -> list[list[Box]]:
        """The boxes of each field."""
        found: dict[str, list[Box]] = {}
        for box in self.boxes:
            found.setdefault(box.path, []).append(box)
        return [boxes for path, boxes in found.items() if path]

    def labels(self) -> list[Element]:
        """The paragraphs that are as the form prints them, in table cells."""
        answered = {above(typed.text, "p") for typed in self.typed}
        return [
            p
            for p in inside(self.root, "p")
            if shown(p) in self.known.said and p.getparent().tag == W + "tc" and p not in answered
        ]

    def leads(self) -> list[tuple[Element, str]]:
        """The lines that begin with words of the form and go on with an answer, with those words."""
        quoting = {above(typed.text, "p"): typed.words for typed in self.typed if "：" in typed.words}
        found = [(p, re.match("[^：]*：", shown(p))) for p in inside(self.root, "p")]
        known = [(p, lead[0]) for p, lead in found if lead and lead[0] in self.known.leads]
        return [(p, lead) for p, lead in known if not quoting.get(p, "").startswith(lead)]

    def answers(self) -> list[Element]:
        """The cells that hold an answer and nothing else."""
        marked = {above(box.node, "tc") for box in self.boxes}
        led = {above(p, "tc") for p, _ in self.leads()}
        return [
            tc
            for tc in inside(self.root, "tc")
            if tc not in marked
            and tc not in led
            and tc.find(W + "tbl") is None
            and any(said := [shown(p) for p in tc.iterfind(W + "p")])
            and not self.known.said & set(said)
        ]

    def tables(self) -> list[Element]:
        """The tables of the body."""
        return self.body.findall(W + "tbl")

    def still(self) -> dict[Element, list[tuple[Element, list[str]]]]:
        """The rows of each table whose rows do not repeat, with the paths in each; without those that were deleted."""
        found: dict[Element, list[tuple[Element, list[str]]]] = defaultdict(list)
        for tr, paths in self.rows:
            if (table := tr.getparent()) is not None:
                found[table].append((tr, paths))
        return found


def _leaves(node: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(node, dict):
        for name, value in node.items():
            yield from _leaves(value, f"{path}.{name}" if path else name)
    else:
        yield path, node


def _plainly(kind: str, value: Any) -> str:
    """A value as the contract has it on paper."""
    if kind == "text" or value == "无":
        return str(value)
    if kind == "date":
        year, month, day = value.split("-")
        return f"{year}年{int(month)}月{int(day)}日"
    return f"{int(value)}" if value == int(value) else f"{value:.2f}"


def one_of(many: Sequence[Any], pick: int) -> list[Any]:
    """One of them, if there is any."""
    return [many[pick % len(many)]] if many else []


# --- ticks ---

Drawing = Callable[[Box], None]


def _replace(box: Box, xml: str) -> None:
    new = elements(xml)
    for node in reversed(new):
        box.node.addnext(node)
    box.node.getparent().remove(box.node)
    box.node = new[0]


def _as(on: str, off: str) -> Drawing:
    """In words or signs."""
    return lambda box: _replace(box, run(on if box.is_ticked else off))


def _in_font(font: str, on: str, off: str) -> Drawing:
    """Letters in the run of a symbol font."""
    fonts = f'<w:rFonts w:ascii="{font}" w:hAnsi="{font}" w:cs="{font}"/>'
    return lambda box: _replace(box, run(on if box.is_ticked else off, fonts))


def _symbol(font: str, on: str, off: str) -> Drawing:
    return lambda box: _replace(box, f'<w:r><w:sym w:font="{font}" w:char="{on if box.is_ticked else off}"/></w:r>')


def _check_box(font: str, on: str, off: str, is_stale: bool = False) -> Drawing:
    """A content control; Chinese Word draws its state by Wingdings 2; a stale state is not what is shown."""

    def draw(box: Box) -> None:
        code = on if box.is_ticked else off
        glyph = (
            f'<w:sym w:font="{font}" w:char="F0{code[2:]}"/>' if code < "2000" else f"<w:t>{chr(int(code, 16))}</w:t>"
        )
        _replace(
            box,
            f'<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val="{int(box.is_ticked and not is_stale)}"/>'
            f'<w14:checkedState w14:val="{on}" w14:font="{font}"/>'
            f'<w14:uncheckedState w14:val="{off}" w14:font="{font}"/>'
            f"</w14:checkbox></w:sdtPr><w:sdtContent><w:r>{glyph}</w:r></w:sdtContent></w:sdt>",
        )

    return draw


def _form_field(state: str, has_result: bool) -> Drawing:
    """A legacy form field; `state` is the element that keeps it, default of the form or checked by a person."""
    middle = '<w:r><w:fldChar w:fldCharType="separate"/></w:r>' if has_result else ""
    return lambda box: _replace(
        box,
        '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:name w:val=""/><w:enabled/><w:checkBox><w:sizeAuto/>'
        + ('<w:default w:val="0"/>' if state == "checked" else "")
        + f'<w:{state} w:val="{int(box.is_ticked)}"/></w:checkBox></w:ffData></w:fldChar></w:r>'
        f'<w:r><w:instrText> FORMCHECKBOX </w:instrText></w:r>{middle}<w:r><w:fldChar w:fldCharType="end"/></w:r>',
    )


def _overlaid(box: Box) -> None:
    """A field that puts √ over □, without a result; the others stay □."""
    field_xml = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>eq \\o\\ac(□,√)</w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    _replace(box, field_xml if box.is_ticked else run(_EMPTY))


def _by_code(on: str, off: str) -> Drawing:
    """A field without a result, which draws what its code says."""
    return lambda box: _replace(box, f'<w:fldSimple w:instr="{on if box.is_ticked else off}"/>')


DRAWINGS: dict[str, Drawing] = {
    **{f"{on} {off}": _as(on, off) for on, off in zip("☑☒☑■√✓✔●●☒", "□☐☐□□□□○〇□", strict=True)},
    **{f"{on} {off}": _as(on, off) for on, off in zip("🗹✅🗸∨V⭕⚫", "□□□□□□⚪", strict=True)},
    **{f"emoji {on} {off}": _as(on + "\ufe0f", off + "\ufe0f") for on, off in zip("☑✔⬛", "□□⬜", strict=True)},
    "『√』 『』": _as("『√』", "『』"),
    "√□ □": _as("√□", "□"),
    "□√ □": _as("□√", "□"),
    "☑√ □": _as("☑√", "□"),
    **{f"{on} {off}": _as(on, off) for on, off in (("[x]", "[ ]"), ("[√]", "[ ]"), ("[X]", "[]"), ("（√）", "（ ）"))},
    **{
        f"{on} {off}": _as(on, off)
        for on, off in (("(√)", "( )"), ("（√）", "（）"), ("【√】", "【】"), ("【√】", "【 】"))
    },
    "tab and √": _as("\t√", "□"),
    "sym W2 0052": _symbol("Wingdings 2", "0052", "00A3"),
    "sym W2 F052": _symbol("Wingdings 2", "F052", "F0A3"),
    "sym W2 P": _symbol("Wingdings 2", "F050", "F0A3"),
    "sym W FE": _symbol("Wingdings", "00FE", "00A8"),
    "sym W F0FE": _symbol("Wingdings", "F0FE", "F0A8"),
    "sym W F0FC": _symbol("Wingdings", "F0FC", "F06F"),
    "letters W2": _in_font("Wingdings 2", "R", "£"),
    "letters W": _in_font("Wingdings", "þ", "¨"),
    "letters W2 F0": _in_font("Wingdings 2", "\uf052", "\uf0a3"),
    "w14 ☒": _check_box("MS Gothic", "2612", "2610"),
    "w14 W2": _check_box("Wingdings 2", "0052", "00A3"),
    "field checked": _form_field("checked", True),
    "field default": _form_field("default", False),
    "field over": _overlaid,
    "field over in one": _by_code("eq \\o\\ac(□,√)", "eq \\o(□)"),
    "field of a symbol": _by_code("SYMBOL 254 \\f Wingdings", "SYMBOL 168 \\f Wingdings"),
    "field to click": _by_code("MACROBUTTON A ☑", "MACROBUTTON B □"),
}
"""How a tick and an empty box are drawn.  A new drawing is one line here."""


def _drawn(draw: Drawing) -> Change:
    def change(page: Page, pick: int) -> None:
        for box in page.boxes:
            draw(box)

    return change


def drawn_one_group(page: Page, pick: int) -> None:
    """One group is drawn in each of the ways, the others as the form does."""
    for group in one_of(page.groups(), pick):
        for box in group:
            one_of(list(DRAWINGS.values()), pick)[0](box)


def drawn_in_turns(page: Page, pick: int) -> None:
    """Every group is drawn in another way."""
    drawings = list(DRAWINGS.values())
    for n, group in enumerate(page.groups()):
        for box in group:
            drawings[(n + pick) % len(drawings)](box)


def mixed_within_a_group(page: Page, pick: int) -> None:
    """The boxes of one group are symbols, glyphs and controls by turns, as after several editors."""
    kinds = ("☑ □", "sym W2 F052", "w14 ☒", "☒ ☐", "field checked")
    for n, box in enumerate(page.boxes):
        DRAWINGS[kinds[(n + pick) % len(kinds)]](box)


def no_before_yes(page: Page, pick: int) -> None:
    """√ for yes and × for no, in the groups with a tick."""
    for group in page.groups():
        for box in group if any(b.is_ticked for b in group) else ():
            _as("√", "×")(box)


def ticked_after_the_label(page: Page, pick: int) -> None:
    """The tick is typed behind the label and its box deleted; the others keep their boxes."""
    for box in page.boxes:
        if box.is_ticked and (end := box.after_label()) is not None:
            end.addnext(elements(run("√"))[0])
            _replace(box, "<w:r/>")


def boxes_after_their_labels(page: Page, pick: int) -> None:
    """是□ 否☑, throughout."""
    for group in page.groups():
        ends = [box.after_label() for box in group]
        for box, end in zip(group, ends, strict=True):
            if end is not None and None not in ends:
                end.addnext(box.node)


def no_boxes_at_all(page: Page, pick: int) -> None:
    """The boxes are deleted and √ typed; whether an option without √ is refused or forgotten can't be told.

    They stay where what is written in begins with a box: behind an option without one that is the option's mark.
    """
    quoting = tuple(t.path for t in page.typed if t.words[:1] in _GLYPHS)
    for group in page.groups():
        is_quoted = any(path.startswith(f"{group[0].path}_") for path in quoting)
        for box in group if any(b.is_ticked for b in group) and not is_quoted else ():
            _as("√", "")(box)


def _only_chosen(tick: str) -> Change:
    """The other options are deleted, but those with something written in; where all are chosen, marks stay."""

    def change(page: Page, pick: int) -> None:
        beside = dict(zip(page.boxes, page.known.beside, strict=True))
        for group in page.groups():
            nodes = frozenset(box.node for box in page.boxes)
            stretches = {box: box.stretch(nodes) for box in group}
            others = [box for box in group if not box.is_ticked]
            is_bare = all("".join(map(shown, stretches[box])).strip() == beside[box] for box in others)
            if not is_bare or not 0 < len(others) < len(group):
                continue
            for box in others:
                for node in stretches[box]:
                    line = node.getparent()
                    line.remove(node)
                page.boxes.remove(box)
                if not shown(line) and not line.findall(W + "r/" + W + "sym") and line.getparent().tag == W + "tc":
                    _without(line)
            for box in group:
                if box.is_ticked:
                    _as(tick, "")(box)

    return change


def _without(line: Element) -> None:
    """Deletes a paragraph, unless it is its cell's only one."""
    if len(line.getparent().findall(W + "p")) > 1:
        line.getparent().remove(line)


def two_ticks(page: Page, pick: int) -> None:
    """Two options of a single choice are ticked."""
    for group in one_of([g for g in page.groups() if g[0].is_single], pick):
        for box in sorted(group, key=lambda b: not b.is_ticked)[:2]:
            box.is_ticked = True
            _as(_TICKED, _EMPTY)(box)
        page.must.add(group[0].path)


# --- typing ---

_WIDE = str.maketrans("0123456789.,-%", "０１２３４５６７８９．，－％")
_CHINESE = str.maketrans("0123456789", "〇一二三四五六七八九")


def _day_in_chinese(n: int) -> str:
    tens, ones = divmod(n, 10)
    return (
        ("一二三"[tens - 1] if tens > 1 else "")
        + ("十" if tens else "")
        + ("" if not ones else "一二三四五六七八九"[ones - 1])
    )


def _spelt(spell: Callable[[Typed], str], kinds: str = "number integer") -> Change:
    """Spells every number otherwise."""

    def change(page: Page, pick: int) -> None:
        for typed in page.typed:
            if typed.kind in kinds and typed.value != "无":
                typed.respell(spell(typed))

    return change


def _dated(spell: Callable[[int, int, int], str]) -> Change:
    return _spelt(lambda typed: spell(*map(int, typed.value.split("-"))), "date")


def _none(words: str) -> Change:
    def change(page: Page, pick: int) -> None:
        for typed in page.typed:
            if typed.value == "无" and typed.kind != "text":
                typed.respell(words)

    return change


def _with_unit(typed: Typed) -> str:
    return typed.words if typed.has_unit_behind else typed.words + typed.unit


def _with_measure(typed: Typed) -> str:
    return typed.words if typed.has_unit_behind or typed.unit or typed.kind != "integer" else typed.words + "家"


def _doubtful_number(words: str) -> Change:
    """A number is hedged, or has something beside it that is no digit of it; that must be said."""

    def change(page: Page, pick: int) -> None:
        numbers = [t for t in page.typed if t.kind in ("number", "integer") and t.value != "无"]
        for typed in one_of(numbers, pick):
            typed.respell(words.format(typed.words))
            page.must.add(typed.path)

    return change


def _quoting(words: str) -> Change:
    """Short texts say something with labels of the form; they are other answers now."""

    def change(page: Page, pick: int) -> None:
        names = _names(page)
        for n, typed in enumerate(t for t in page.typed if t.kind == "text"):
            typed.respell(words.format(names[(n + pick) % len(names)]))
            page.says(typed.path, typed.words)

    return change


# --- space ---


def _in_labels(spoil: Callable[[str], str]) -> Change:
    """Changes the short labels, in cells and in front of answers."""

    def change(page: Page, pick: int) -> None:
        for p in page.labels():
            if 2 <= len(shown(p)) <= 8 and shown(p).isalpha():
                rewrite(p, 0, len(shown(p)), spoil(shown(p)))
        first = {lead: p for p, lead in reversed(page.leads())}  # an answer behind it may quote it
        for lead, p in first.items():
            if lead[:-1].isalpha():
                rewrite(p, 0, len(lead) - 1, spoil(lead[:-1]))

    return change


def _around_answers(before: str, after: str) -> Change:
    def change(page: Page, pick: int) -> None:
        for tc in page.answers():
            texts = [t for t in inside(tc, "t") if t.text]
            say(texts[0], before + texts[0].text)
            say(texts[-1], texts[-1].text + after)

    return change


def empty_paragraphs_around(page: Page, pick: int) -> None:
    """Empty paragraphs before and after each answer."""
    for tc in page.answers():
        paragraphs = tc.findall(W + "p")
        paragraphs[0].addprevious(etree.Element(W + "p"))
        paragraphs[-1].addnext(etree.Element(W + "p"))


def empty_paragraph_before_labels(page: Page, pick: int) -> None:
    """An empty paragraph before each label."""
    for p in page.labels():
        p.addprevious(etree.Element(W + "p"))


def trailing_spaces(page: Page, pick: int) -> None:
    """Every line ends with spaces of some kind."""
    for n, p in enumerate(inside(page.root, "p")):
        if shown(p):
            p.append(elements(run(" \u3000\u00a0"[n % 3] * 2))[0])


def indented(page: Page, pick: int) -> None:
    """Every line of a cell begins with a tab or full-width spaces."""
    for n, p in enumerate(inside(page.root, "p")):
        if shown(p) and p.getparent().tag == W + "tc":
            first = p.find(W + "r")
            (p if first is None else first).addprevious(
                elements("<w:r><w:tab/></w:r>" if n % 2 else run("\u3000\u3000"))[0]
            )


def breaks_for_paragraphs(page: Page, pick: int) -> None:
    """The paragraphs of each cell become one, with line breaks."""
    for tc in inside(page.root, "tc"):
        first, rest = tc.find(W + "p"), tc.findall(W + "p")[1:]
        for p in rest if tc.find(W + "tbl") is None else ():
            first.append(elements("<w:r><w:br/></w:r>")[0])
            first.extend(node for node in list(p) if node.tag != W + "pPr")
            tc.remove(p)


def paragraphs_for_options(page: Page, pick: int) -> None:
    """Every option gets a paragraph of its own."""
    for group in page.groups():
        for box in group:
            line = box.node.getparent()
            before = [node for node in box.node.itersiblings(preceding=True) if node.tag != W + "pPr"]
            if line.getparent().tag == W + "tc" and any(shown(node).strip() for node in before):
                new = etree.Element(W + "p")
                line.addnext(new)
                new.extend([box.node, *box.node.itersiblings()])


def options_on_one_line(page: Page, pick: int) -> None:
    """The paragraphs of a group's options become one, with tabs."""
    for group in page.groups():
        lines = list(dict.fromkeys(box.node.getparent() for box in group))
        for p in lines[1:]:
            if p.getprevious() is lines[0] and p.getparent().tag == W + "tc":
                lines[0].append(elements("<w:r><w:tab/></w:r>")[0])
                lines[0].extend(node for node in list(p) if node.tag != W + "pPr")
                p.getparent().remove(p)


def tabs_for_spaces(page: Page, pick: int) -> None:
    """Runs of spaces between options become tabs."""
    for line in dict.fromkeys(box.node.getparent() for box in page.boxes):
        for text in inside(line, "t"):
            say(text, re.sub("  +", "\t", text.text or ""))


def labels_broken(page: Page, pick: int) -> None:
    """A line break inside each label of a narrow cell."""
    for p in page.labels():
        texts = [t for t in inside(p, "t") if len(t.text or "") > 3]
        for text in texts[:1] if shown(p).isalpha() else ():
            second = cut(text, len(text.text) // 2)
            second.find(W + "t").addprevious(etree.Element(W + "br"))


# --- structure: labels ---


def _relabelled(change_label: Callable[[str], str], is_leading: bool = True) -> Change:
    def change(page: Page, pick: int) -> None:
        for p in page.labels():
            was = shown(p)
            new = change_label(was)
            if new != was and new.strip():
                rewrite(p, 0, len(was), new)
        for p, lead in page.leads() if is_leading else ():
            new = change_label(lead)
            if new != lead:
                rewrite(p, 0, len(lead), new)

    return change


def _short(label: str) -> bool:
    return len(label) < 30 and not re.search("[，。；□/]|^[（(]", label)


def _without_notes(label: str) -> str:
    bare = re.sub("[（(][^（()）]*[)）]$", "", label)
    return bare if bare and _short(bare) else label


def _with_colon(label: str) -> str:
    return (
        label + "："
        if _short(label) and label[-1].isalpha() and not re.match(r"\d|[一二三四五六七八九]、", label)
        else label
    )


def _with_asterisk(label: str) -> str:
    return "*" + label if _short(label) and label[0].isalpha() else label


# --- structure: tables ---


def controls_around_runs(page: Page, pick: int) -> None:
    """Every run stands in a content control."""
    for node in inside(page.root, "r"):
        if node.getparent().tag == W + "p":
            controlled([node])


def _controls_around(tag: str) -> Change:
    def change(page: Page, pick: int) -> None:
        for node in inside(page.root, tag):
            controlled([node])

    return change


def answers_in_nested_tables(page: Page, pick: int) -> None:
    """Each answer stands in a table of one cell inside its cell."""
    for tc in page.answers():
        paragraphs = tc.findall(W + "p")
        inner = table_of([[""]])
        paragraphs[-1].addnext(etree.Element(W + "p"))
        paragraphs[-1].addnext(inner)
        cell = inner.find(f"{W}tr/{W}tc")
        cell.remove(cell.find(W + "p"))
        cell.extend(paragraphs)


def tables_in_a_frame(page: Page, pick: int) -> None:
    """Each table of the body stands in a table of one cell."""
    for tbl in page.tables():
        outer = table_of([[""]])
        tbl.addprevious(outer)
        cell = outer.find(f"{W}tr/{W}tc")
        cell.find(W + "p").addprevious(tbl)


def _can_part(tr: Element) -> bool:
    """Whether no vertical merge goes on in a row."""
    return all(m.get(W + "val") == "restart" for m in tr.iterfind(f"{W}tc/{W}tcPr/{W}vMerge"))


def tables_split(page: Page, pick: int) -> None:
    """Every table is two, with an empty line between."""
    for tbl in page.tables():
        rows = tbl.findall(W + "tr")
        for tr in one_of([tr for tr in rows[1:] if _can_part(tr)], pick):
            second = etree.Element(W + "tbl")
            second.extend(copy.deepcopy(tbl.find(W + name)) for name in ("tblPr", "tblGrid"))
            second.extend(rows[rows.index(tr) :])
            tbl.addnext(second)
            tbl.addnext(etree.Element(W + "p"))


def tables_joined(page: Page, pick: int) -> None:
    """Tables with one line between are one, the line a row over the full width."""
    for tbl in page.tables():
        title = tbl.getprevious()
        before = None if title is None else title.getprevious()
        if title is not None and title.tag == W + "p" and before is not None and before.tag == W + "tbl":
            width = len(before.find(W + "tblGrid"))
            row = elements(f'<w:tr><w:tc><w:tcPr><w:gridSpan w:val="{width}"/></w:tcPr></w:tc></w:tr>')[0]
            row[0].append(title)
            before.append(row)
            before.extend(tbl.findall(W + "tr"))
            page.body.remove(tbl)


def grid_changed(page: Page, pick: int) -> None:
    """The first column of every table is two columns of the grid, and all widths are other ones."""
    for tbl in inside(page.root, "tbl"):
        grid = tbl.find(W + "tblGrid")
        grid.insert(0, etree.Element(W + "gridCol", {W + "w": "300"}))
        for column in grid:
            column.set(W + "w", str(int(column.get(W + "w", "1000")) * 7 // 9))
        for tr in tbl.iterfind(W + "tr"):
            widen(tr.find(W + "tc"), 1)


def grid_after(page: Page, pick: int) -> None:
    """Every second row ends a column before the others."""
    for tbl in inside(page.root, "tbl"):
        etree.SubElement(tbl.find(W + "tblGrid"), W + "gridCol", {W + "w": "300"})
        for n, tr in enumerate(tbl.findall(W + "tr")):
            properties = tr.find(W + "trPr")
            if properties is None:
                properties = etree.Element(W + "trPr")
                tr.insert(0, properties)
            if n % 2:
                properties.insert(0, etree.Element(W + "gridAfter", {W + "val": "1"}))
            else:
                widen(tr.findall(W + "tc")[-1], 1)


def unmerged(page: Page, pick: int) -> None:
    """Cells that were merged downwards stand alone, with the words repeated in each."""
    for tbl in inside(page.root, "tbl"):
        over: dict[int, Element] = {}
        for tr in tbl.iterfind(W + "tr"):
            column = 0
            for tc in tr.iterfind(W + "tc"):
                merge = tc.find(f"{W}tcPr/{W}vMerge")
                if merge is not None:
                    if merge.get(W + "val") == "restart":
                        over[column] = tc
                    elif column in over:
                        for p in tc.findall(W + "p"):
                            tc.remove(p)
                        tc.extend(copy.deepcopy(p) for p in over[column].iterfind(W + "p"))
                    merge.getparent().remove(merge)
                column += span_of(tc)


def note_row(page: Page, pick: int) -> None:
    """A row over the full width that says something about the table."""
    words = "以上数据已经会计师事务所审计"
    places = [tr for rows in page.still().values() for tr, _ in rows if _can_part(tr)]
    for tr in one_of(places, pick):
        width = len(tr.getparent().find(W + "tblGrid"))
        xml = f'<w:tr><w:tc><w:tcPr><w:gridSpan w:val="{width}"/></w:tcPr><w:p>{run(words)}</w:p></w:tc></w:tr>'
        tr.addprevious(elements(xml)[0])
        page.added.append(words)


def rows_deleted(page: Page, pick: int) -> None:
    """A row with its answers is deleted: they are missed."""
    truth = dict(_leaves(page.truth()))
    for rows in page.still().values():
        alone = [(tr, paths) for tr, paths in rows if paths and tr.find(f"{W}tc/{W}tcPr/{W}vMerge") is None]
        for tr, paths in one_of(alone, pick)[: len(rows) > 1]:
            page.must.update(path for path in paths if truth[path] not in (None, []))
            gone = set(tr.iter())
            page.boxes = [box for box in page.boxes if box.node not in gone]
            tr.getparent().remove(tr)


def rows_moved(page: Page, pick: int) -> None:
    """A row goes to the end of its block of answers, where the labels of the table tell it."""
    for rows in page.still().values():
        labels = [shown(tr.find(W + "tc")) for tr, _ in rows]
        own = {None, *(tr for tr, _ in rows)}  # what an answer goes on in would stay behind
        moving = [
            bool(paths) and tr.find(f"{W}tc/{W}tcPr/{W}vMerge") is None and tr.getnext() in own for tr, paths in rows
        ]
        told = itertools.groupby(zip(rows, moving, strict=True), lambda pair: pair[1])
        blocks = [[row for row, _ in block] for is_moving, block in told if is_moving]
        for block in blocks if len(set(labels)) == len(labels) and "" not in labels else ():
            tr = block[pick % len(block)][0]
            if tr is not block[-1][0]:
                block[-1][0].addnext(tr)


_YEAR = re.compile(r"\d{4}(?:年度?)?")


def _with_years(page: Page) -> list[tuple[list[Element], list[int]]]:
    """The rows of each table whose columns are years, as many cells as its header has, and where the years are."""
    found = []
    for tbl in page.tables():
        rows = tbl.findall(W + "tr")
        named = [[n for n, tc in enumerate(tr.findall(W + "tc")) if _YEAR.fullmatch(shown(tc))] for tr in rows]
        at = next((n for n, years in enumerate(named) if len(years) > 1), None)
        if at is None or inside(tbl, "vMerge"):
            continue
        cells, years = rows[at].findall(W + "tc"), named[at]
        found.append(([tr for tr in rows if len(tr.findall(W + "tc")) == len(cells)], years))
    return found


def years_turned_round(page: Page, pick: int) -> None:
    """The latest year comes first, with its answers."""
    for rows, years in _with_years(page):
        for tr in rows:
            cells = tr.findall(W + "tc")
            before = cells[years[0] - 1]
            for n in years:
                before.addnext(cells[n])


def columns_turned_round(page: Page, pick: int) -> None:
    """The columns of a table stand in another order, each with what heads it."""
    typed = {typed.text for typed in page.typed}
    for tbl in page.tables():
        rows = [tr.findall(W + "tc") for tr in tbl.findall(W + "tr")]
        header = rows[0] if rows else []
        is_even = len({len(cells) for cells in rows}) == 1 and not inside(tbl, "vMerge", "gridSpan", "tbl")[1:]
        if len(header) < 2 or not is_even or any(not shown(tc) or not typed.isdisjoint(tc.iter()) for tc in header):
            continue
        shift = 1 + pick % (len(header) - 1)
        for cells in rows:
            for tc in cells[:shift]:
                tc.getparent().append(tc)


def year_deleted(page: Page, pick: int) -> None:
    """The column of a year is deleted, with its answers."""
    for rows, years in one_of(_with_years(page), pick):
        for tr in rows:
            gone = tr.findall(W + "tc")[years[pick % len(years)]]
            inner = set(gone.iter())
            page.must.update(typed.path for typed in page.typed if typed.text in inner)
            tr.remove(gone)


def column_added(page: Page, pick: int) -> None:
    """A column of remarks at the right."""
    for rows, _ in one_of(_with_years(page), pick):
        for n, tr in enumerate(rows):
            words = f"见附{n}" if n else "备注"
            tr.append(elements(f"<w:tc><w:tcPr/><w:p>{run(words)}</w:p></w:tc>")[0])
            page.added.append(words)


def _twin(page: Page, element: Element) -> Element:
    """A copy of an element in which every number, date and short text is another one; these must be doubted."""
    number = {t: n for n, t in enumerate(inside(element, "t"))}
    twin = copy.deepcopy(element)
    texts = inside(twin, "t")
    for typed in page.typed:
        if typed.text in number:
            other = "2019年8月7日" if typed.kind == "date" else "77" if typed.kind != "text" else "丁"
            text = texts[number[typed.text]]
            if other != typed.words and typed.words in (text.text or ""):
                say(text, (text.text or "").replace(typed.words, other, 1))
                page.must.add(typed.path)
    return twin


def row_repeated(page: Page, pick: int) -> None:
    """A row stands there twice, with other answers."""
    rows = [tr for found in page.still().values() for tr, paths in found if paths]
    for tr in one_of([tr for tr in rows if tr.find(f"{W}tc/{W}tcPr/{W}vMerge") is None], pick):
        tr.addnext(_twin(page, tr))


def form_twice(page: Page, pick: int) -> None:
    """The form stands in the document twice, with other answers."""
    twins = [_twin(page, block) for block in page.body if block.tag != W + "sectPr"]
    for twin in twins:
        page.body.find(W + "sectPr").addprevious(twin)


def _two_cells(page: Page) -> list[tuple[Element, Element]]:
    """The label and the answer of each row that has just these, the answer a plain one."""
    labels, answers = {p.getparent() for p in page.labels()}, set(page.answers())
    pairs = [tr.findall(W + "tc") for rows in page.still().values() for tr, paths in rows if paths]
    return [(p[0], p[1]) for p in pairs if len(p) == 2 and p[0] in labels and p[1] in answers]


def answer_in_the_label_cell(page: Page, pick: int) -> None:
    """The answer is typed behind its label, in the label's cell."""
    for label, answer in one_of(_two_cells(page), pick):
        label.findall(W + "p")[-1].append(elements(run("："))[0])
        for p in answer.findall(W + "p"):
            label.findall(W + "p")[-1].extend(p.findall(W + "r"))


def label_merged_with_answer(page: Page, pick: int) -> None:
    """The cells of a label and its answer are one."""
    for label, answer in one_of(_two_cells(page), pick):
        widen(label, span_of(answer))
        label.extend(answer.findall(W + "p"))
        label.getparent().remove(answer)


def answer_over_the_label(page: Page, pick: int) -> None:
    """A program wrote the answer one cell to the left, over its label; what begins with the label is behind it then."""
    for label, answer in one_of(_two_cells(page), pick):
        lead = shown(label).strip("*：: ") + "："
        for typed in (t for t in page.typed if above(t.text, "tc") is answer and t.words.startswith(lead)):
            page.says(typed.path, typed.words.removeprefix(lead))
        for p in label.findall(W + "p"):
            label.remove(p)
        label.extend(answer.findall(W + "p"))
        answer.append(etree.Element(W + "p"))


def answer_in_two_rows(page: Page, pick: int) -> None:
    """The last paragraph of an answer stands in a row of its own, beside an empty cell."""
    pairs = [(label, answer) for label, answer in _two_cells(page) if len(answer.findall(W + "p")) > 1]
    for label, answer in one_of(pairs, pick):
        second = copy.deepcopy(label.getparent())
        for tc in second.findall(W + "tc"):
            for p in tc.findall(W + "p"):
                tc.remove(p)
            tc.append(etree.Element(W + "p"))
        second[-1].append(answer.findall(W + "p")[-1])
        label.getparent().addnext(second)


def headers_deleted(page: Page, pick: int) -> None:
    """A row without answers is deleted, with the years, say."""
    heads = [tr for rows in page.still().values() for tr, paths in rows if not paths and _can_part(tr)]
    for tr in one_of([tr for tr in heads if tr.find(f"{W}tc/{W}tcPr/{W}vMerge") is None], pick):
        tr.getparent().remove(tr)


def sections_exchanged(page: Page, pick: int) -> None:
    """Two tables change places, with the lines over them."""
    tables = [tbl for tbl in page.tables()[1:] if (line := tbl.getprevious()) is not None and line.tag == W + "p"]
    for tbl in one_of(tables[:-1], pick):
        following = tables[tables.index(tbl) + 1]
        title = tbl.getprevious()
        for block in (following.getprevious(), following):
            title.addprevious(block)


def titles_deleted(page: Page, pick: int) -> None:
    """The lines over the tables are deleted."""
    for tbl in page.tables()[1:]:
        title = tbl.getprevious()
        if title is not None and title.tag == W + "p" and shown(title) in page.known.said:
            page.body.remove(title)


# --- structure: lines ---


def _cover(page: Page) -> list[Element]:
    """The longest stretch of lines "label：answer" that follow one another in the body."""
    led = {p for p, _ in page.leads()}
    stretches = [
        list(stretch)
        for is_led, stretch in itertools.groupby(page.body, lambda p: p in led and shown(p).count("：") == 1)
        if is_led
    ]
    return max(stretches, key=len, default=[])


def _tabled_cover(page: Page) -> Iterator[tuple[Element, Element, Element]]:
    """The lines of the cover, each with the two cells of its row in a table that is put in before them."""
    lines = _cover(page)
    if len(lines) < 2:
        return
    tbl = table_of([["", ""] for _ in lines], [2000, 6000])
    lines[0].addprevious(tbl)
    for p, tr in zip(lines, tbl.iterfind(W + "tr"), strict=True):
        left, right = tr.findall(W + "tc")
        yield p, left, right


def cover_in_a_table(page: Page, pick: int) -> None:
    """The lines of the cover stand in a table of two columns, labels at the left."""
    for p, label, answer in _tabled_cover(page):
        lead = shown(p).index("：") + 1
        rewrite(label, 0, 0, shown(p)[:lead])
        rewrite(p, 0, lead, "")
        answer.remove(answer.find(W + "p"))
        answer.append(p)


def cover_reordered(page: Page, pick: int) -> None:
    """Two lines of the cover change places."""
    lines = _cover(page)
    for p in one_of(lines[:-1], pick):
        p.getnext().addnext(p)


def cover_lines_joined(page: Page, pick: int) -> None:
    """Two lines of the cover stand on one."""
    lines = _cover(page)
    for p in one_of(lines[:-1], pick):
        following = p.getnext()
        p.append(elements(run("　　"))[0])
        p.extend(node for node in list(following) if node.tag != W + "pPr")
        page.body.remove(following)


def line_joined_to_an_answer(page: Page, pick: int) -> None:
    """A line of the form in brackets was joined to the answer of the line above it."""
    below = [(p, p.getnext()) for p, _ in page.leads() if p.getnext() is not None and p.getnext().tag == W + "p"]
    notes = [(p, note) for p, note in below if shown(note) in page.known.said and shown(note).startswith("（")]
    held = {above(typed.text, "p"): typed.path for typed in page.typed}
    for p, note in one_of([(p, note) for p, note in notes if p in held], pick):
        p.extend(node for node in list(note) if node.tag != W + "pPr")
        note.getparent().remove(note)
        page.must.add(held[p])


def line_broken_before_a_label(page: Page, pick: int) -> None:
    """A line of several labels is broken before one of them."""
    for p, _ in page.leads():
        for text in inside(p, "t"):
            if found := re.search(r"(?<=\S)[\s_]{2,}(?=[^\s：_]{2,8}：)", text.text or ""):
                cut(text, found.end()).insert(0, etree.Element(W + "br"))
                break


def hints_kept(page: Page, pick: int) -> None:
    """The hint stays above the answer."""
    blank = _root(page.form.blank())
    for ours, theirs in zip(inside(page.root, "tc"), inside(blank, "tc"), strict=False):
        paragraphs, printed = ours.findall(W + "p"), theirs.findall(W + "p")
        kept = {shown(p) for p in paragraphs}
        for n, p in enumerate(printed):
            if shown(p) in page.known.hints and shown(p) not in kept:
                before = shown(printed[n - 1]) if n else None
                place = next((x for x in paragraphs if shown(x) == before), None) if n else None
                if n and place is None:
                    continue
                hint = copy.deepcopy(p)
                ours.insert(list(ours).index(paragraphs[0]), hint) if place is None else place.addnext(hint)


def hints_deleted(page: Page, pick: int) -> None:
    """Hints where there is no answer are deleted."""
    for p in inside(page.root, "p"):
        if shown(p) in page.known.hints:
            for node in [node for node in p if node.tag != W + "pPr"]:
                p.remove(node)


def notes_deleted(page: Page, pick: int) -> None:
    """The notes in brackets of some cells are deleted."""
    for p in inside(page.root, "p"):
        if shown(p) in page.known.said and re.fullmatch("（注：[^（）]*）", shown(p)):
            _without(p)


def _names(page: Page) -> list[str]:
    """Short labels of the form."""
    names = [shown(p) for p in page.labels() if 2 <= len(shown(p)) <= 6 and shown(p).isalnum()]
    return list(dict.fromkeys(names))


def placeholders(page: Page, pick: int) -> None:
    """The empty cells hold a content control that asks for words."""
    words = "单击或点击此处输入文字。"
    xml = f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{run(words)}</w:sdtContent></w:sdt>"
    for tr, _ in itertools.chain(*page.still().values()):
        for tc in tr.findall(W + "tc") if _can_part(tr) else ():
            if not shown(tc) and tc.find(W + "p") is not None:
                tc.find(W + "p").extend(elements(xml))
                page.added.append(words)


def underscores_around(page: Page, pick: int) -> None:
    """Answers in lines stand in the middle of underscores."""
    lines = {p for p, _ in page.leads()}
    for typed in page.typed:
        if above(typed.text, "p") in lines:
            typed.respell(f"__{typed.words}___")


def attachment(page: Page, pick: int) -> None:
    """Another table after the form, whose columns are called as labels of the form."""
    names = _names(page)[pick % 3 :][:5]
    rows = [["序号", *names], *([f"{n}", *(f"附件值{n}" for _ in names)] for n in (1, 2))]
    end = page.body.find(W + "sectPr")
    end.addprevious(paragraph("附件：企业清单"))
    end.addprevious(table_of(rows))
    page.added += ["附件：企业清单", *itertools.chain(*rows)]


def instructions_before(page: Page, pick: int) -> None:
    """Sentences that quote labels stand before the first table."""
    words = [f"“{name}”一栏请如实填写。" for name in _names(page)[pick % 3 :][:3]]
    for said in words:
        page.body.find(W + "tbl").addprevious(paragraph(said))
    page.added += words


_TOLD = (
    "（以下由申报单位如实填写）",
    "注：加盖公章方为有效。",
    "填报说明：每项只填一行，不要改动格式。",
    "请于月底前报送两份",
    "{}请填写全称，请勿简写",
)


def told_between_the_lines(page: Page, pick: int) -> None:
    """The office has put a sentence between two lines of the cover that says how to fill them in."""
    for p in one_of(_cover(page)[:-1], pick):
        words = _TOLD[pick % len(_TOLD)].format(shown(p.getnext()).partition("：")[0])
        p.addnext(paragraph(words))
        page.added.append(words)


def remark_at_the_top(page: Page, pick: int) -> None:
    """Somebody's remark is the first line."""
    page.body.insert(0, paragraph("已审阅，请尽快上报。"))
    page.added.append("已审阅，请尽快上报。")


# --- runs ---


def _every_run_cut(size: int) -> Change:
    def change(page: Page, pick: int) -> None:
        for text in inside(page.root, "t"):
            rest: Element | None = text
            while rest is not None and len(rest.text or "") > size:
                rest = cut(rest, size).find(W + "t")

    return change


def runs_joined(page: Page, pick: int) -> None:
    """Neighbouring runs of one format become one."""
    for node in inside(page.root, "r"):
        before = node.getprevious()
        if before is not None and before.tag == W + "r" and _format(before) == _format(node):
            before.extend([child for child in node if child.tag != W + "rPr"])
            node.getparent().remove(node)


def _format(node: Element) -> bytes:
    properties = node.find(W + "rPr")
    return b"" if properties is None or len(properties) == 0 else etree.tostring(properties)


def marks_between_runs(page: Page, pick: int) -> None:
    """Spelling marks, bookmarks, page breaks of the last print and empty runs between all runs."""
    for n, node in enumerate(inside(page.root, "r")):
        for mark in elements(
            f'<w:proofErr w:type="gramStart"/><w:bookmarkStart w:id="{n}" w:name="b{n}"/><w:bookmarkEnd w:id="{n}"/>'
            "<w:r><w:lastRenderedPageBreak/></w:r><w:r/>"
        ):
            node.addprevious(mark)


def _around_runs(tag: str, **attributes: str) -> Change:
    def change(page: Page, pick: int) -> None:
        for node in inside(page.root, "r"):
            if node.getparent().tag == W + "p" and node.find(W + "fldChar") is None:
                wrapped([node], tag, **attributes)

    return change


def page_furniture(page: Page, pick: int) -> None:
    """Page breaks and sections between the blocks of the body, attributes of editing sessions."""
    for n, p in enumerate(page.body.findall(W + "p")):
        p.set(W + "rsidR", "00A77B3E")
        p.set(W14 + "paraId", f"{n:08X}")
    for tbl in page.tables():
        tbl.addprevious(elements('<w:p><w:r><w:br w:type="page"/></w:r></w:p>')[0])


# --- revisions ---

_BY = {"id": "900", "author": "审核", "date": "2024-05-06T00:00:00Z"}


def _answer_runs(page: Page) -> list[Element]:
    return [node for tc in page.answers() for node in inside(tc, "r") if node.getparent().tag == W + "p"]


def answers_inserted(page: Page, pick: int) -> None:
    """The answers are tracked insertions."""
    for node in _answer_runs(page):
        wrapped([node], "ins", **_BY)


def _deleted(words: str) -> Element:
    xml = f"<w:del w:id='901' w:author='审核'><w:r><w:delText>{words}</w:delText></w:r></w:del>"
    return elements(xml)[0]


def deletions_beside(page: Page, pick: int) -> None:
    """Before each answer stands the old one, deleted with tracking on."""
    for node in _answer_runs(page):
        node.addprevious(_deleted("3141"))
    for box in page.boxes:
        box.node.addprevious(_deleted(_TICKED))


def blank_labels_deleted(page: Page, pick: int) -> None:
    """Each label has a deleted word of another label behind it."""
    for p in page.labels():
        p.append(_deleted("联系人"))


def answers_in_fields(page: Page, pick: int) -> None:
    """The answers are results of fields."""
    for node in _answer_runs(page):
        for before in elements(
            '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> FORMTEXT </w:instrText></w:r>'
            '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        ):
            node.addprevious(before)
        node.addnext(elements('<w:r><w:fldChar w:fldCharType="end"/></w:r>')[0])


def _old_beside(properties: str) -> Change:
    """The old answer stands before the new one, in a format that says it is none."""

    def change(page: Page, pick: int) -> None:
        for node in _answer_runs(page):
            node.addprevious(elements(run("旧", properties))[0])
            page.added.append("旧")

    return change


def answers_moved(page: Page, pick: int) -> None:
    """Each answer was moved here from a paragraph above the form."""
    for node in _answer_runs(page):
        moved = wrapped([node], "moveTo", **_BY)
        source = elements(f"<w:p><w:moveFrom w:id='902' w:author='审核'>{run('旧')}</w:moveFrom></w:p>")[0]
        source[0].replace(source[0][0], copy.deepcopy(moved[0]))
        page.body.insert(0, source)


def row_deleted_with_tracking(page: Page, pick: int) -> None:
    """A second copy of a row is deleted with tracking on, and not yet accepted."""
    rows = [tr for found in page.still().values() for tr, paths in found if paths and _can_part(tr)]
    for tr in one_of([tr for tr in rows if tr.find(f"{W}tc/{W}tcPr/{W}vMerge") is None], pick):
        twin = copy.deepcopy(tr)
        properties = twin.find(W + "trPr")
        if properties is None:
            properties = etree.Element(W + "trPr")
            twin.insert(0, properties)
        properties.append(etree.Element(W + "del", {W + "id": "903", W + "author": "审核"}))
        for node in inside(twin, "r"):
            for text in inside(node, "t"):
                text.tag = W + "delText"
            wrapped([node], "del", id="904", author="审核")
        tr.addnext(twin)


def commented(page: Page, pick: int) -> None:
    """Comments on all answers and labels."""
    for n, p in enumerate(inside(page.root, "p")):
        if shown(p):
            at = 1 if p[0].tag == W + "pPr" else 0
            p.insert(at, etree.Element(W + "commentRangeStart", {W + "id": str(n)}))
            xml = f'<w:commentRangeEnd w:id="{n}"/><w:r><w:commentReference w:id="{n}"/></w:r>'
            p.extend(elements(xml))


def footnoted(page: Page, pick: int) -> None:
    """Footnotes behind labels and answers."""
    for n, p in enumerate(inside(page.root, "p")):
        if shown(p):
            xml = f'<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:footnoteReference w:id="{n + 2}"/></w:r>'
            p.extend(elements(xml))


def formats_changed(page: Page, pick: int) -> None:
    """Everything was formatted with tracking on; the old format was hidden text."""
    hidden = '<w:rPrChange w:id="905" w:author="审核"><w:rPr><w:vanish/></w:rPr></w:rPrChange>'
    for node in inside(page.root, "r"):
        properties = node.find(W + "rPr")
        if properties is None:
            properties = etree.Element(W + "rPr")
            node.insert(0, properties)
        properties.extend(elements(hidden))
    for properties in inside(page.root, "pPr"):
        properties.extend(
            elements('<w:pPrChange w:id="906" w:author="审核"><w:pPr><w:jc w:val="left"/></w:pPr></w:pPrChange>')
        )


# --- what is silent: signs, looks, digits that are none ---


def sign_beside_an_option(page: Page, pick: int) -> None:
    """A sign, a letter or a word in brackets stands behind an option, nobody knows what for."""
    signs = ("⊙", "★", "←", "👍", "（误）", "（1）", "*", "y")
    for group in one_of([g for g in page.groups() if all(b.after_label() is not None for b in g)], pick):
        end = group[pick % len(group)].after_label()
        assert end is not None
        end.addnext(elements(run(signs[pick % len(signs)]))[0])
        page.must.add(group[0].path)


_LOUD = ('<w:color w:val="FF0000"/>', '<w:color w:themeColor="accent2"/>', "<w:outline/>", '<w:bdr w:val="single"/>')
_DRAWN = (
    *(
        '<w:rFonts w:ascii="LiSu" w:eastAsia="隶书"/>',
        '<w:spacing w:val="80"/>',
        '<w:w w:val="200"/>',
        "<w:smallCaps/>",
    ),
)


def _chosen_by_look(part: slice, looks: Sequence[str] = _LOUD) -> Change:
    """All boxes of a single choice are empty, and a part of one option, its box or its words, looks otherwise."""

    def change(page: Page, pick: int) -> None:
        for group in one_of([g for g in page.groups() if g[0].is_single and len(g) > 1], pick):
            for box in group:
                box.is_ticked = False
                _as(_TICKED, _EMPTY)(box)
            box = group[pick % len(group)]
            if box.after_label() is None:
                continue
            for node in box.stretch(frozenset(b.node for b in page.boxes))[part]:
                for properties in inside(node, "rPr") if shown(node).strip() else ():
                    loud = elements(looks[pick % len(looks)])[0]
                    for old in properties.findall(loud.tag):
                        properties.remove(old)
                    properties.append(loud)
            page.forget(box.path)
            page.must.add(box.path)

    return change


def old_in_another_ink(page: Page, pick: int) -> None:
    """An old answer stands before the new one, in grey, on yellow, large, framed or dotted, and was not deleted."""
    inks = (
        *('<w:color w:val="A6A6A6"/>', '<w:highlight w:val="yellow"/>', '<w:color w:val="FF0000"/>'),
        *('<w:sz w:val="96"/>', '<w:bdr w:val="single"/>', '<w:em w:val="dot"/>'),
    )
    texts = [t for t in page.typed if t.kind == "text" and sum(map(str.isalnum, t.words)) > 1 and len(t.words) < 40]
    leads = {p for p, _ in page.leads()}
    begun = [t for t in texts if above(t.text, "p") not in leads and (t.text.text or "").startswith(t.words)]
    for typed in one_of(begun, pick):  # before the label of a write-in it would be a leftover, and the answer plain
        typed.text.getparent().addprevious(elements(run("旧有单位", inks[pick % len(inks)]))[0])
        page.must.add(typed.path)


def text_box_over_an_answer(page: Page, pick: int) -> None:
    """The new answer stands in a text box that somebody put over the old one."""
    shape = (
        '<w:r><w:pict xmlns:v="urn:schemas-microsoft-com:vml"><v:shape><v:textbox><w:txbxContent>{}</w:txbxContent>'
        "</v:textbox></v:shape></w:pict></w:r>"
    )
    short = [t for t in page.typed if t.kind in ("text", "number", "integer") and t.value != "无"]
    for typed in one_of([t for t in short if above(t.text, "tc") in page.answers()], pick):
        typed.text.getparent().addnext(elements(shape.format(f"<w:p>{run('另一答案')}</w:p>"))[0])
        page.must.add(typed.path)


def turned_by_an_element(page: Page, pick: int) -> None:
    """A number is typed backwards in an element that turns it round on the page."""
    numbers = [t for t in page.typed if t.kind in ("number", "integer") and t.value != "无" and not t.has_unit_behind]
    for typed in one_of(numbers, pick):
        typed.respell(typed.words[::-1])
        wrapped([typed.text.getparent()], "bdo", val="rtl")
        page.must.add(typed.path)


def hint_left_behind(page: Page, pick: int) -> None:
    """The end of a hint, with its bracket or without, or its beginning was not deleted and stands beside the answer."""
    for tc, hint, paths in one_of([*_hinted(page)], pick):
        text = next(t for t in inside(tc, "t") if t.text)
        answer, clauses = text.text or "", re.split("[，、。]", hint.strip("（）"))
        left = (answer + hint[:10], hint[-10:] + answer, f"{answer}。{clauses[-1]}")[pick % 3]
        say(text, left if len(clauses[-1]) > 5 or pick % 3 < 2 else answer + hint[:10])
        page.must.update(paths)


def _hinted(page: Page) -> Iterator[tuple[Element, str, list[str]]]:
    """The cells with an answer where the blank form prints one long hint, the hint, and whose the answer is."""
    blank, owners = _root(page.form.blank()), dict(page.rows)
    for ours, theirs in zip(inside(page.root, "tc"), inside(blank, "tc"), strict=False):
        hints = [shown(p) for p in theirs.findall(W + "p") if shown(p) in page.known.hints]
        if ours in page.answers() and len(hints) == 1 and len(hints[0]) > 14:
            paths = owners.get(above(ours, "tr"), [])
            yield ours, hints[0], paths if len(paths) == 1 else []


def cover_at_the_right(page: Page, pick: int) -> None:
    """The lines of the cover stand in the second column of a table, the first one empty."""
    for p, _, cell in _tabled_cover(page):
        cell.remove(cell.find(W + "p"))
        cell.append(p)


def year_twice(page: Page, pick: int) -> None:
    """Two columns are headed by one year: somebody copied the header."""
    for rows, years in one_of(_with_years(page), pick):
        cells = rows[0].findall(W + "tc")
        first, second = cells[years[0]], cells[years[1]]
        words = shown(first)
        rewrite(second, 0, len(shown(second)), words)
        columns = [tr.findall(W + "tc")[n] for tr in rows[1:] for n in years[:2]]
        held = {element for tc in columns for element in tc.iter()}
        page.must.update(typed.path for typed in page.typed if typed.text in held)


_NOTES = (
    ("a ring", "{}①"),
    ("a power", "{}²"),
    ("a ring before", "①{}"),
    ("a second one", "{0} {0}"),
    ("words", "{}（略）"),
)


def note_number_above_the_line(page: Page, pick: int) -> None:
    """A raised digit behind a number is the number of a note."""
    numbers = [t for t in page.typed if t.kind in ("number", "integer") and t.value != "无" and not t.has_unit_behind]
    for typed in one_of(numbers, pick):
        raised = elements(run("1", '<w:vertAlign w:val="superscript"/>'))[0]
        typed.text.getparent().addnext(raised)
        page.must.add(typed.path)


def digits_drawn_otherwise(page: Page, pick: int) -> None:
    """The last digits of a number are in another font: they may be another number."""
    numbers = [t for t in page.typed if t.kind in ("number", "integer") and re.fullmatch(r"\d{2,}", t.words)]
    for typed in one_of([t for t in numbers if (t.text.text or "").startswith(t.words)], pick):
        last = cut(typed.text, len(typed.words) - 1)
        if len(last.find(W + "t").text or "") > 1:
            cut(last.find(W + "t"), 1)
        _look(last, '<w:rFonts w:ascii="Courier New" w:hAnsi="Courier New"/>')
        page.must.add(typed.path)


def _look(node: Element, properties: str) -> None:
    """Lets a run look so."""
    for setting in elements(properties):
        own = node.find(W + "rPr")
        if own is None:
            own = etree.Element(W + "rPr")
            node.insert(0, own)
        for old in own.findall(setting.tag):
            own.remove(old)
        own.append(setting)


def hardly_made_out(page: Page, pick: int) -> None:
    """The letters of an answer lie on one another, or far off their line."""
    texts = [t for t in page.typed if sum(map(str.isalnum, t.words)) > 2 and (t.text.text or "").startswith(t.words)]
    for typed in one_of(texts, pick):
        if len(typed.text.text or "") > len(typed.words):
            cut(typed.text, len(typed.words))
        _look(typed.text.getparent(), '<w:spacing w:val="-900"/>' if pick % 2 else '<w:position w:val="160"/>')
        page.must.add(typed.path)


def corrected_by_a_comment(page: Page, pick: int) -> None:
    """A comment or a note on an answer says that it is another one."""
    said = (
        *("应为另一项", "should be otherwise", "填错了", "改为下一行的", "调整为下一行的", "变更为上年数", "少了一个0"),
        *("修改：按上年", "重复计算了", "？"),
    )
    alone = [t for t in page.typed if (t.text.text or "").strip(" _＿\u3000") == t.words != "无"]
    for typed in one_of(alone, pick):
        page.remark(typed.text.getparent(), said[pick % len(said)], ("comment", "footnote", "endnote")[pick % 3])
        page.must.add(typed.path)


def day_of_today(page: Page, pick: int) -> None:
    """A date stands in a field that shows another one whenever the file is opened."""
    days = [t for t in page.typed if t.kind == "date" and (t.text.text or "").strip(" _＿\u3000") == t.words != "无"]
    for typed in one_of(days, pick):
        wrapped([typed.text.getparent()], "fldSimple", instr=(" DATE ", ' TIME \\@ "yyyy年M月d日" ')[pick % 2])
        page.must.add(typed.path)


def number_over_a_number(page: Page, pick: int) -> None:
    """A number stands over another one as its reading would, and nobody knows which of them is meant."""
    alone = [t for t in page.typed if (t.text.text or "").strip(" _＿\u3000") == t.words != "无"]
    for typed in one_of([t for t in alone if t.kind in ("number", "integer")], pick):
        base = wrapped([wrapped([typed.text.getparent()], "rubyBase")], "ruby")
        base.insert(0, elements(f"<w:rt>{run(f'7{typed.words}')}</w:rt>")[0])
        wrapped([base], "r")
        page.must.add(typed.path)


def line_elsewhere_in_the_cell(page: Page, pick: int) -> None:
    """A line was drawn over an answer that belongs to another paragraph of its cell."""
    line = '<w:pict xmlns:v="urn:schemas-microsoft-com:vml"><v:line style="position:absolute"/></w:pict>'
    short = [t for t in page.typed if t.kind in ("text", "number", "integer") and t.value != "无"]
    for typed in one_of([t for t in short if above(t.text, "tc") in page.answers()], pick):
        p = above(typed.text, "p")
        assert p is not None
        (p.addprevious if pick % 2 else p.addnext)(elements(f"<w:p><w:r>{line}</w:r></w:p>")[0])
        page.must.add(typed.path)


def tick_far_behind(page: Page, pick: int) -> None:
    """The tick stands at the end of the line, far behind the last option, and all boxes are empty."""
    last = [(g, end) for g in page.groups() if len(g) > 1 and (end := g[-1].after_label()) is not None]
    ended = [(g, end) for g, end in last if not any(shown(node).strip() for node in end.itersiblings())]
    for group, end in one_of(ended, pick):
        end.addnext(elements(run(("        √", "\u3000" * 6 + "☑")[pick % 2]))[0])
        for box in group:
            box.is_ticked = False
            _as(_TICKED, _EMPTY)(box)
        page.must.add(group[0].path)


def note_before_the_colon(page: Page, pick: int) -> None:
    """Somebody put a note between a label and its colon."""
    note = ("（手机）", "(全称)", "（万元）")[pick % 3]
    leads = [(p, lead) for p, lead in page.leads() if p.getparent() is page.body and not set(lead) & set(_GLYPHS)]
    for p, lead in one_of(leads, pick):
        rewrite(p, len(lead) - 1, len(lead) - 1, note)
        page.added.append(note)


def stop_behind_a_unit(page: Page, pick: int) -> None:
    """The sign that ends a sentence stands behind the unit of a number."""
    for typed in one_of([t for t in page.typed if t.kind in ("number", "integer") and t.has_unit_behind], pick):
        p = above(typed.text, "p")
        if p is not None and shown(p).endswith(typed.words + typed.unit) and typed.unit:
            p.append(elements(run("。"))[0])


def name_below_an_opinion(page: Page, pick: int) -> None:
    """An opinion has a bare name below it, or right behind its last sentence, where nothing asks for one."""
    for tc, path in one_of(_long_answers(page), pick):
        name = ("张三", "李 四", "欧阳修")[pick % 3]
        for line in ("同意。", name) if pick % 2 else (f"同意。{name}",):
            tc.append(paragraph(line))
        page.must.add(path)


def _long_answers(page: Page) -> list[tuple[Element, str]]:
    """The cells that hold a long answer and nothing else, with its path."""
    values = dict(_leaves(page.record))
    long = {f.path: str(values[f.path]).split("\n") for f in page.form.fields if f.kind.is_long and values[f.path]}
    told = Counter(map(str, values.values()))
    alone = {path: said for path, said in long.items() if told["\n".join(said)] == 1}
    return [(tc, path) for tc in page.answers() for path, said in alone.items() if _says(tc, said)]


def _says(tc: Element, lines: list[str]) -> bool:
    """Whether a cell says just these lines."""
    return [shown(p) for p in tc.findall(W + "p")] == lines


def cell_crossed_out(page: Page, pick: int) -> None:
    """A line goes across the cell of an answer."""
    held = {above(typed.text, "tc"): typed for typed in page.typed}
    for tc in one_of([tc for tc in page.answers() if tc in held], pick):
        border = '<w:tcBorders><w:{} w:val="single"/></w:tcBorders>'.format(("tl2br", "tr2bl")[pick % 2])
        tc.find(W + "tcPr").extend(elements(border))
        page.must.update(typed.path for typed in page.typed if above(typed.text, "tc") is tc)


def ring_adrift(page: Page, pick: int) -> None:
    """A ring that belongs to the first line floats over the page: it may lie on any group without a tick."""
    ring = '<v:oval xmlns:v="urn:schemas-microsoft-com:vml" style="position:absolute;margin-left:{}pt"/>'
    first = page.body.find(W + "p")
    first.append(elements(f"<w:r><w:pict>{ring.format(40 + pick)}</w:pict></w:r>")[0])
    ticked = {box.path for box in page.boxes if box.is_ticked}
    page.must |= {box.path for box in page.boxes} - ticked


def list_never_opened(page: Page, pick: int) -> None:
    """An answer is the first entry of a legacy list from which nobody chose."""
    texts = [t for t in page.typed if t.kind == "text" and (t.text.text or "").startswith(t.words)]
    for typed in one_of([t for t in texts if not any(c in t.words for c in '\n&<>"')], pick):
        marks = '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:ddList>{}</w:ddList></w:ffData></w:fldChar></w:r>'
        entries = f'<w:listEntry w:val="{typed.words}"/><w:listEntry w:val="另一项"/>'
        code = '<w:r><w:instrText>FORMDROPDOWN</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
        for node in elements(marks.format(entries) + code):
            typed.text.getparent().addprevious(node)
        say(typed.text, (typed.text.text or "").removeprefix(typed.words))
        page.must.add(typed.path)


def ticked_and_crossed_out(page: Page, pick: int) -> None:
    """The chosen option has a × behind its words."""
    groups = [g for g in page.groups() if g[0].is_single and all(b.after_label() is not None for b in g)]
    for group in one_of([g for g in groups if any(b.is_ticked for b in g)], pick):
        end = next(b for b in group if b.is_ticked).after_label()
        assert end is not None
        end.addnext(elements(run("×"))[0])
        page.must.add(group[0].path)


def unknown_boxes(page: Page, pick: int) -> None:
    """Empty boxes came out as the character 口, which may end what was written in before."""
    groups = [g for g in page.groups() if len(g) > 1 and not all(b.is_ticked for b in g)]
    for group in one_of(groups, pick):
        for box in group:
            if not box.is_ticked:
                _replace(box, run("口"))
        page.must.add(group[0].path)
        write_ins = {f"{group[0].path}_{box.option}" for box in group}
        page.must.update(t.path for t in page.typed if t.path in write_ins and _is_before_a_box(t, group))


def option_struck_with_its_tick_left(page: Page, pick: int) -> None:
    """The words of the chosen option are struck out, and its tick was left standing."""
    groups = [g for g in page.groups() if g[0].is_single and len(g) > 1 and sum(b.is_ticked for b in g) == 1]
    for group in one_of([g for g in groups if all(b.after_label() is not None for b in g)], pick):
        box = next(b for b in group if b.is_ticked)
        end = box.after_label()
        for node in box.node.itersiblings(W + "r"):
            _look(node, "<w:strike/>")
            if node is end:
                break
        page.must.add(box.path)


def mark_behind_a_text(page: Page, pick: int) -> None:
    """Somebody ticked or crossed out a text that stands alone in its cell, behind it."""
    alone = [t for t in page.typed if t.kind == "text" and (t.text.text or "").strip(" _＿\u3000") == t.words]
    for typed in one_of([t for t in alone if above(t.text, "tc") in page.answers()], pick):
        say(typed.text, (typed.text.text or "").rstrip() + ("√", "☑", " ✓", "　×", "□")[pick % 5])
        page.must.add(typed.path)


def _is_before_a_box(typed: Typed, group: Sequence[Box]) -> bool:
    """Whether an empty box of a group follows an answer in its paragraph, before any other of them."""
    around = [n for n in above(typed.text, "p") if any(n is b.node for b in group) or n is typed.text.getparent()]
    behind = around[around.index(typed.text.getparent()) + 1 :] if typed.text.getparent() in around else []
    return any(b.node is behind[0] and not b.is_ticked for b in group) if behind else False


_TRADITIONAL = "聯話電單業產數據標準區縣領導負責時間總額設備檢測開發證書"
_SIMPLE = "联话电单业产数据标准区县领导负责时间总额设备检测开发证书"
_OTHERWISE = dict(zip(_SIMPLE, _TRADITIONAL, strict=True))


def traditional_labels(page: Page, pick: int) -> None:
    """The labels are in traditional characters."""
    _relabelled(lambda label: "".join(_OTHERWISE.get(c, c) for c in label))(page, pick)


def variants_in_labels(page: Page, pick: int) -> None:
    """A variation selector stands behind each character of the labels."""
    sign = "\ufe00\U000e0100"[pick % 2]
    _relabelled(lambda label: "".join(c + sign for c in label))(page, pick)


def cell_put_into_a_row(page: Page, pick: int) -> None:
    """Somebody put an empty cell before the answers of a row, which moves them."""
    for rows in one_of([rows for table, rows in page.still().items() if len(rows) > 2], pick):
        tr, paths = rows[pick % len(rows)]
        held = {above(typed.text, "tc") for typed in page.typed}
        answers = [tc for tc in tr.findall(W + "tc") if tc in page.answers() and tc in held]  # no label with *
        if len(answers) > 1:
            words = {tc for tc in tr.findall(W + "tc") if shown(tc).strip() and tc not in held}
            led = [tc for tc in answers[1:] if tc.getprevious() in words and tc.getnext() in (None, *words)]
            kept = {typed.path for typed in page.typed if above(typed.text, "tc") in led}
            answers[0].addprevious(elements("<w:tc><w:tcPr/><w:p/></w:tc>")[0])
            page.must.update(path for path in paths if path not in kept)


def turned_number(page: Page, pick: int) -> None:
    """A number is typed backwards behind a sign that turns it round on the page."""
    numbers = [t for t in page.typed if t.kind in ("number", "integer") and t.value != "无" and not t.has_unit_behind]
    for typed in one_of(numbers, pick):
        typed.respell("\u202e" + typed.words[::-1] + "\u202c")
        page.must.add(typed.path)


def placeholders_of_mail_merge(page: Page, pick: int) -> None:
    """A merge field that was never filled stands where an answer should."""
    for typed in one_of([t for t in page.typed if t.kind == "text"], pick):
        typed.respell("«字段»")
        page.forget(typed.path)
        page.must.add(typed.path)


# --- rows that repeat ---


def _recorded(page: Page) -> Iterator[tuple[str, list[str], list[Element]]]:
    """The repetitions that have records: the path, the columns, and the row of each record."""
    rows = [tr for tbl in page.tables() for tr in tbl.findall(W + "tr")]
    ends = {shown(tr.findall(W + "tc")[-1]): tr for tr in reversed(rows) if tr.find(W + "tc") is not None}
    values = dict(_leaves(page.record))
    for f in page.form.fields:
        records = values[f.path] if f.kind.has_records else ()
        columns = [c.path for c in f.fields]
        found = [ends.get(str(record[columns[-1]])) for record in records or ()]
        stand = [tr for tr in found if tr is not None]
        if stand and len(stand) == len(found):
            yield f.path, columns, stand


def _row_like(tr: Element, *words: str) -> Element:
    """A row with as many cells as another, which say this from the left on, and nothing behind it."""
    twin = copy.deepcopy(tr)
    for merge in inside(twin, "vMerge"):
        merge.getparent().remove(merge)
    for tc, said in itertools.zip_longest(twin.findall(W + "tc"), words, fillvalue=""):
        for p in tc.findall(W + "p"):
            tc.remove(p)
        tc.append(paragraph(said))
    return twin


def _can_be_parted(tr: Element) -> bool:
    """Whether no merge of cells goes on from a row into the one below it."""
    below = tr.getnext()
    return below is None or below.tag != W + "tr" or _can_part(below)


_SUMS = ("合计", "小计", "总 计", "本页小计：", "共计", "平均", "Total")


def sum_below_the_records(page: Page, pick: int) -> None:
    """A row below the records says how much they are together, in one of its first columns."""
    for _, columns, rows in one_of([*_recorded(page)], pick):
        before = [""] * (pick % 2 if len(columns) > 2 else 0)
        rows[-1].addnext(_row_like(rows[-1], *before, _SUMS[pick % len(_SUMS)], *("7" * (pick % 3 > 0))))


def sum_above_the_records(page: Page, pick: int) -> None:
    """The row of the sum was moved above the records."""
    for _, _, rows in one_of([*_recorded(page)], pick):
        rows[0].addprevious(_row_like(rows[0], _SUMS[pick % len(_SUMS)], "7"))


_NO_RECORDS = (
    *("以下空白", "（以下空白）", "注：数据截至上年末", "制表人：张三", "——", "……", "此行空白", "以上共3项"),
    *("（如不够可另附页）", "填表说明：每项一行"),
)


def row_that_is_no_record(page: Page, pick: int) -> None:
    """A row among the records says that there are no more, or something about them, over all columns or in one."""
    for _, _, rows in one_of([*_recorded(page)], pick):
        words = _NO_RECORDS[pick % len(_NO_RECORDS)]
        row = _row_like(rows[-1], words)
        if pick % 3 == 0:
            size = sum(map(span_of, row.findall(W + "tc")))
            for tc in row.findall(W + "tc")[1:]:
                row.remove(tc)
            widen(row.find(W + "tc"), size - span_of(row.find(W + "tc")))
        places = [tr for tr in rows if _can_be_parted(tr)]
        one_of(places, pick // 2)[0].addnext(row)
        page.added.append(words)


_DITTOS = ("同上", "〃", "同前", "同上行", "（同上）", "″", "同左", "ditto", "as above", "“同上”", "同上。")


def as_in_the_row_above(page: Page, pick: int) -> None:
    """A column of a record says that it is as in the row above it."""
    for path, columns, rows in one_of([*_recorded(page)], pick):
        n = 1 + pick % max(len(rows) - 1, 1)
        at = len(columns) - 1 - pick % 2 if len(columns) > 2 else len(columns) - 1
        if n >= len(rows) or len(rows[n].findall(W + "tc")) != len(columns):
            continue
        tc, said = rows[n].findall(W + "tc")[at], _DITTOS[pick % len(_DITTOS)]
        if above(tc, "tr") is rows[n] and tc.find(f"{W}tcPr/{W}vMerge") is None:
            rewrite(tc, 0, len(shown(tc)), said)
            records = [dict(record) for record in dict(_leaves(page.record))[path]]
            records[n][columns[at]] = records[n - 1][columns[at]]
            page.says(path, records)
            page.must.add(path)


def rows_in_a_repeating_section(page: Page, pick: int) -> None:
    """The rows of the records stand in the controls of a section that Word lets one repeat."""
    space = "http://schemas.microsoft.com/office/word/2012/wordml"
    for _, _, rows in _recorded(page):
        for tr in rows:
            controlled([tr])
            control = above(tr, "sdt")
            assert control is not None
            etree.SubElement(control.find(W + "sdtPr"), f"{{{space}}}repeatingSectionItem")


# --- what stands beside an answer, or for one ---


def as_above(page: Page, pick: int) -> None:
    """An answer says that it is the same as another one."""
    words = ("同上", "〃", "同左", "同前", "as above", "（同上）", "同上表", "Ditto", "″", "同单位地址")
    texts = [t for t in page.typed if t.kind == "text" and t.words != "无"]
    for typed in one_of(texts, pick):
        typed.respell(words[pick % 9])
        page.says(typed.path, "另一项的答案")
        page.must.add(typed.path)


def write_in_without_its_tick(page: Page, pick: int) -> None:
    """Something is written in beside an option whose tick is not set."""
    written = {t.path: t for t in page.typed if "_" in t.path}
    boxes = [b for b in page.boxes if f"{b.path}_{b.option}" in written and b.is_ticked]
    for box in one_of(boxes, pick):
        box.is_ticked = False
        for text in inside(box.node, "t"):
            say(text, _EMPTY)
        if not shown(box.node):
            _as(_TICKED, _EMPTY)(box)
        groups = dict(_leaves(page.record))[box.path]
        page.says(box.path, [o for o in groups if o != box.option] if isinstance(groups, list) else None)
        page.must.add(f"{box.path}_{box.option}")


def box_at_a_write_in(page: Page, pick: int) -> None:
    """What is written in beside an option has a box of its own, before it or behind it."""
    options = {f"{b.path}_{b.option}" for b in page.boxes}
    for typed in one_of([t for t in page.typed if t.path in options], pick):
        typed.respell(("□{}", "{}□", "☐ {}", "{} □", "口 {}", "{} 口")[pick % 6].format(typed.words))
        page.must.add(typed.path)


def store_keeps_another_answer(page: Page, pick: int) -> None:
    """An answer stands in a control whose store keeps another one, or one that another control shows otherwise."""
    texts = [t for t in page.typed if t.kind == "text" and (t.text.text or "").strip(" _＿\u3000") == t.words != "无"]
    for typed in one_of([t for t in texts if above(t.text, "tc") in page.answers()], pick):
        kept = "另存的答案" if pick % 2 else typed.words
        page.bind([typed.text.getparent()], kept)
        if pick % 3 == 0:
            shown_again = paragraph("别处的答案")
            page.body.find(W + "sectPr").addprevious(shown_again)
            page.bind([shown_again.find(W + "r")], kept)
            page.added.append("别处的答案")
        if pick % 2:
            page.must.add(typed.path)


def number_of_a_list_before(page: Page, pick: int) -> None:
    """A list numbers the line of an answer: its digits, or a bullet like a sign of numbers, stand right before it."""
    begun = [t for t in page.typed if t.words[:1].isdigit() and (t.text.text or "").startswith(t.words)]
    lines = [(t, p) for t in begun if (p := above(t.text, "p")) is not None and shown(p).startswith(t.words)]
    for typed, p in one_of([(t, p) for t, p in lines if above(p, "tc") in page.answers()], pick):
        lists = (("%1.", "nothing"), ("%1", "space"), ("%1", "tab"), ("%1-", "nothing"), ("-", "tab"), ("≥", "nothing"))
        drawn, gap = lists[pick % len(lists)]
        page.number(p, drawn, gap, is_linked=pick % 2 == 0)
        page.must.add(typed.path)


def sample_left_in(page: Page, pick: int) -> None:
    """A sample's XX stands in an answer."""
    words = ("XX市", "XXX有限公司", "某某公司", "××县××镇", "xx路xx号", "XX", "○○公司", "XX省XX市XX区", "***", "某某")
    for typed in one_of([t for t in page.typed if t.kind == "text"], pick):
        typed.respell(words[pick % len(words)])
        page.forget(typed.path)
        page.must.add(typed.path)


def label_retyped_with_its_answer(page: Page, pick: int) -> None:
    """The label was typed anew with the answer behind it, in one run, and the answer's cell is empty."""
    labels, answers = {p.getparent() for p in page.labels()}, set(page.answers())
    rows = [tr.findall(W + "tc") for found in page.still().values() for tr, paths in found if paths]
    beside = [pair for cells in rows for pair in itertools.pairwise(cells)]
    pairs = [(one, two) for one, two in beside if one in labels and two in answers and _is_plain(two)]
    for label, answer in one_of([(one, two) for one, two in pairs if len(one.findall(W + "p")) == 1], pick):
        words, said = shown(label), shown(answer)
        form = ("{} {}", "{}（{}）", "{}：{}", "{}{}", "{}为{}", "{}\u3000\u3000{}")[pick % 6]
        rewrite(label, 0, len(words), form.format(words, said))
        rewrite(answer, 0, len(said), "")


_LOST = ("numPr", "ins", "bdo", "fldSimple", "ruby")
"""What nobody types anew with the words that it says something of."""


def _is_plain(tc: Element) -> bool:
    """Whether a cell has one line in one look, so that nothing is lost where it is typed anew."""
    return len(inside(tc, "p")) == len([r for r in inside(tc, "r") if shown(r)]) == 1 and not inside(tc, *_LOST)


def length_note_behind(page: Page, pick: int) -> None:
    """A long answer ends with a note of how long it is."""
    notes = (
        "（共{}字）",
        "（{}字）",
        "[字数：{}]",
        "（共计 {} 字）",
        "（以上共{}字）",
        "【{}字】",
        "（约{}字）",
        "字数：{}",
        "（{}/200字）",
    )
    for tc, path in one_of(_long_answers(page), pick):
        note = notes[pick % len(notes)].format(len(shown(tc)))
        if pick % 3 == 0:
            tc.append(paragraph(note))
        else:
            tc.findall(W + "p")[-1].append(elements(run(note))[0])
        page.must.add(path)


def signed_or_stamped(page: Page, pick: int) -> None:
    """A long answer is signed, dated or stamped in its cell, in words or by a picture of a seal."""
    signs = (
        "（盖章）",
        "（公章）",
        "签字：张三",
        "张三  2024年5月6日",
        "2024年5月6日",
        "单位（盖章）：",
        "负责人签名：李四",
        "",
    )
    seal = '<w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml" style="position:absolute"/></w:pict></w:r>'
    for tc, _ in one_of(_long_answers(page), pick):
        if words := signs[pick % len(signs)]:
            tc.append(paragraph(words))
            page.added.append(words)
        else:
            tc.findall(W + "p")[-1].extend(elements(seal))


def hint_half_left(page: Page, pick: int) -> None:
    """A part of a hint stands in a line of its own above or below the answer."""
    for tc, hint, path in one_of([*_hinted(page)], pick):
        half = len(hint) // 2
        line = paragraph((hint[:half], hint[half:], hint[2:-3], hint[:-1])[pick % 4])
        at = tc.findall(W + "p")[-1 if pick % 2 else 0]
        at.addnext(line) if pick % 2 else at.addprevious(line)
        page.must.update(path)


def line_twice(page: Page, pick: int) -> None:
    """A line of the cover stands there twice, the second time with another answer."""
    held = {above(typed.text, "p"): typed for typed in page.typed}
    for p in one_of([p for p in _cover(page) if p in held], pick):
        p.addnext(_twin(page, p))


# --- what stands askew of an answer ---


def line_in_the_label_s_cell(page: Page, pick: int) -> None:
    """A line was drawn by hand over an answer, and belongs to the cell of its label."""
    labels, held = {p.getparent() for p in page.labels()}, {above(typed.text, "tc"): typed for typed in page.typed}
    rows = [tr.findall(W + "tc") for found in page.still().values() for tr, paths in found if paths]
    pairs = [pair for cells in rows for pair in itertools.pairwise(cells)]
    for label, tc in one_of([(a, b) for a, b in pairs if a in labels and b in held and shown(b).strip()], pick):
        line = '<w:r><w:pict xmlns:v="urn:schemas-microsoft-com:vml"><v:line style="position:absolute"/></w:pict></w:r>'
        label.findall(W + "p")[-1].extend(elements(line))
        page.must.update(typed.path for typed in page.typed if above(typed.text, "tc") is tc)


def moved_out_of_its_place(page: Page, pick: int) -> None:
    """An answer is indented so that it lies on what stands beside it, or on no page."""
    indents = ('w:left="-3000"', 'w:firstLine="-5000"', 'w:left="100" w:hanging="6000"', 'w:start="20000"')
    alone = [t for t in page.typed if (t.text.text or "").strip(" _＿\u3000") == t.words]
    for typed in one_of([t for t in alone if above(t.text, "tc") in page.answers()], pick):
        p = above(typed.text, "p")
        assert p is not None
        for own in p.findall(f"{W}pPr/{W}ind"):
            own.getparent().remove(own)
        if p.find(W + "pPr") is None:
            p.insert(0, etree.Element(W + "pPr"))
        p.find(W + "pPr").extend(elements(f"<w:ind {indents[pick % len(indents)]}/>"))
        page.must.add(typed.path)


def shown_as_capitals(page: Page, pick: int) -> None:
    """An answer in small letters is shown in capitals."""
    texts = [t for t in page.typed if t.kind == "text" and t.words != "无"]
    for typed in one_of([t for t in texts if not any(c in t.words for c in '\n&<>"')], pick):
        said = ("acme", "iso 9001", "甲 co ltd", "Ab")[pick % 4]
        typed.respell(said)
        page.says(typed.path, said)
        _look(typed.text.getparent(), ("<w:caps/>", "<w:smallCaps/>")[pick % 2])
        page.must.add(typed.path)


def crossed_by_a_bullet(page: Page, pick: int) -> None:
    """A list draws a cross before an answer of one line."""
    texts = [t for t in page.typed if t.kind == "text" and t.words != "无" and not t.words[:1].isdigit()]
    begun = [(t, p) for t in texts if (p := above(t.text, "p")) is not None and shown(p) == t.words]
    for typed, p in one_of([(t, p) for t, p in begun if above(p, "tc") in page.answers()], pick):
        page.number(p, "×✗✘✕"[pick % 4], ("tab", "space", "nothing")[pick % 3], is_linked=pick % 2 == 0)
        page.must.add(typed.path)


def written_several_times_over(page: Page, pick: int) -> None:
    """A program wrote a control, or a text field, once for each stretch of the text in it, and each time all of it."""
    marks = [f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")]
    field = f"{marks[0]}<w:r><w:instrText>FORMTEXT</w:instrText></w:r>{marks[1]}{{}}{marks[2]}"
    control = "<w:sdt><w:sdtPr><w:text/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>"
    texts = [t for t in page.typed if t.kind == "text" and len(t.words) > 1 and not any(c in t.words for c in '&<>"')]
    for typed in one_of([t for t in texts if (t.text.text or "").strip(" _＿\u3000") == t.words != "无"], pick):
        whole = (control, field)[pick % 2].format(run(typed.words))
        parts = (run(typed.words),) if pick % 3 else (run(typed.words[:1]), run(typed.words[1:]))
        held = typed.text.getparent()
        for node in elements("".join(f"{whole}{part}" for part in parts) + whole * 2):
            held.addprevious(node)
        held.getparent().remove(held)
        page.must.add(typed.path)


def books_of_the_office(page: Page, pick: int) -> None:
    """The office keeps its own books between two lines of the cover."""
    words = (
        *("收件编号：2024-001", "受理日期：2024年5月6日", "受理人：王五"),
        *("流水号：20240506001", "第 1 页", "（由受理单位填写）"),
    )
    for p in one_of(_cover(page)[:-1], pick):
        said = words[pick % len(words)]
        p.addnext(paragraph(said))
        page.added.append(said)


# --- the table ---

Change = Callable[[Page, int], None]


@dataclass(frozen=True)
class Habit:
    """One habit: `change` takes the page and a number by which it picks one place of several.

    Of habits of one family only one is met in a document.
    """

    name: str
    change: Change
    reading: Literal["clear", "reported"] = CLEAR
    family: str = ""

    @property
    def kin(self) -> str:
        """The family, or the habit itself."""
        return self.family or self.name

    def __repr__(self) -> str:
        return self.name


def _named(change: Change, reading: Literal["clear", "reported"] = CLEAR, family: str = "") -> Habit:
    return Habit(change.__name__.replace("_", " "), change, reading, family)


TICKS = (
    _named(two_ticks, REPORTED),
    *(Habit(f"drawn {name}", _drawn(draw), family="drawn") for name, draw in DRAWINGS.items()),
    Habit(
        "drawn with a stale state", _drawn(_check_box("Wingdings 2", "0052", "00A3", True)), REPORTED, family="drawn"
    ),
    _named(drawn_one_group, family="drawn"),
    _named(drawn_in_turns, family="drawn"),
    _named(mixed_within_a_group, family="drawn"),
    _named(no_before_yes, family="drawn"),
    Habit("chosen by the look of its words", _chosen_by_look(slice(1, None)), REPORTED, family="drawn"),
    Habit("chosen by how its letters are drawn", _chosen_by_look(slice(1, None), _DRAWN), REPORTED, family="drawn"),
    _named(ticked_and_crossed_out, REPORTED, family="drawn"),
    _named(unknown_boxes, REPORTED, family="drawn"),
    _named(option_struck_with_its_tick_left, REPORTED, family="drawn"),
    Habit("chosen by the look of its box", _chosen_by_look(slice(0, 1)), REPORTED, family="drawn"),
    _named(sign_beside_an_option, REPORTED, family="drawn"),
    _named(tick_far_behind, REPORTED, family="drawn"),
    _named(no_boxes_at_all, REPORTED, family="drawn"),
    _named(ticked_after_the_label, REPORTED, family="drawn"),
    _named(boxes_after_their_labels, family="drawn"),
    Habit("only the chosen with ☑", _only_chosen("☑"), family="drawn"),
    Habit("only the chosen", _only_chosen(""), family="drawn"),
)
TYPING = (
    Habit("answers quote labels", _quoting("详见“{}”一栏"), family="quoting"),
    Habit("answers begin with labels", _quoting("{}：甲"), family="quoting"),
    Habit("answers are labels", _quoting("{}"), family="quoting"),
    Habit("answers quote boxes", _quoting("☑{} □否"), REPORTED, family="quoting"),
    Habit("thousands", _spelt(lambda t: f"{t.value:,}" if t.value == int(t.value) else f"{t.value:,.2f}")),
    Habit("two decimals", _spelt(lambda t: f"{t.value:.2f}", "number"), family="thousands"),
    Habit("unit repeated", _spelt(_with_unit)),
    Habit("measure word", _spelt(_with_measure)),
    Habit("about", _doubtful_number("约{}"), REPORTED, family="about"),
    Habit("or so", _doubtful_number("{}左右"), REPORTED, family="about"),
    Habit("date with dots", _dated(lambda y, m, d: f"{y:04}.{m}.{d}"), family="date"),
    Habit("date with dashes", _dated(lambda y, m, d: f"{y:04}-{m:02}-{d:02}"), family="date"),
    Habit("date with slashes", _dated(lambda y, m, d: f"{y:04}/{m}/{d}"), family="date"),
    Habit("date with spaces", _dated(lambda y, m, d: f"{y:04} 年 {m} 月 {d} 日"), family="date"),
    Habit(
        "date in Chinese",
        _dated(lambda y, m, d: f"{f'{y:04}'.translate(_CHINESE)}年{_day_in_chinese(m)}月{_day_in_chinese(d)}日"),
        family="date",
    ),
    *(
        Habit(f"none as {words}", _none(words), family="none")
        for words in ("/", "—", "暂无", "没有", "（无）", "无。", "N/A")
    ),
    Habit("full width", _spelt(lambda t: t.words.translate(_WIDE), "number integer date")),
    Habit("full stop", _spelt(lambda t: t.words if t.has_unit_behind else t.words + "。", "number integer date")),
    Habit("spaces around numbers", _spelt(lambda t: f"\u3000{t.words} \u00a0", "number integer date")),
    Habit("zero width in numbers", _spelt(lambda t: "\u200b".join(t.words) + "\ufeff", "number integer date")),
    _named(underscores_around),
    Habit(
        "date in eight digits",
        _dated(lambda y, m, d: f"{y:04}{m:02}{d:02}" if 1900 <= y < 2100 else f"{y:04}-{m}-{d}"),
        family="date",
    ),
    Habit("date with 号", _dated(lambda y, m, d: f"{y:04}年{m}月{d}号"), family="date"),
    *(Habit(f"number with {name}", _doubtful_number(words), REPORTED, family="about") for name, words in _NOTES),
    Habit("number behind a dash", _doubtful_number("—{}"), REPORTED, family="about"),
    Habit("number behind zeros", _doubtful_number("00{}"), REPORTED, family="about"),
    _named(digits_drawn_otherwise, REPORTED, family="about"),
    _named(hardly_made_out, REPORTED, family="about"),
    _named(cell_crossed_out, REPORTED, family="about"),
    _named(mark_behind_a_text, REPORTED, family="quoting"),
    _named(ring_adrift, REPORTED, family="drawn"),
    _named(list_never_opened, REPORTED, family="quoting"),
    _named(name_below_an_opinion, REPORTED, family="quoting"),
    _named(turned_number, REPORTED, family="about"),
    _named(turned_by_an_element, REPORTED, family="about"),
    _named(old_in_another_ink, REPORTED, family="quoting"),
    _named(text_box_over_an_answer, REPORTED, family="about"),
    _named(note_number_above_the_line, REPORTED, family="about"),
    _named(placeholders_of_mail_merge, REPORTED, family="quoting"),
    _named(as_above, REPORTED, family="quoting"),
    _named(sample_left_in, REPORTED, family="quoting"),
    _named(box_at_a_write_in, REPORTED, family="quoting"),
    _named(write_in_without_its_tick, REPORTED, family="drawn"),
    _named(store_keeps_another_answer, REPORTED, family="quoting"),
    _named(number_of_a_list_before, REPORTED, family="about"),
    _named(length_note_behind, REPORTED, family="quoting"),
    _named(signed_or_stamped, REPORTED, family="quoting"),
    _named(sum_below_the_records, REPORTED, family="rows"),
    _named(sum_above_the_records, REPORTED, family="rows"),
    _named(row_that_is_no_record, REPORTED, family="rows"),
    _named(as_in_the_row_above, REPORTED, family="rows"),
)
STRUCTURE = (
    _named(hints_kept, family="hints"),
    _named(hints_deleted, family="hints"),
    _named(hint_left_behind, REPORTED, family="hints"),
    _named(hint_half_left, REPORTED, family="hints"),
    _named(line_joined_to_an_answer, REPORTED, family="hints"),
    _named(line_broken_before_a_label, family="cover"),
    _named(notes_deleted),
    Habit("notes in labels dropped", _relabelled(_without_notes)),
    Habit("colon added", _relabelled(_with_colon)),
    Habit("half-width colon", _relabelled(lambda label: label.replace("：", ":"))),
    Habit("no colon", _relabelled(lambda label: label.rstrip("：") + " " if label.endswith("：") else label)),
    Habit("asterisk", _relabelled(_with_asterisk)),
    Habit("2021", _relabelled(lambda label: re.sub(r"^(\d{4})年$", r"\1", label)), family="year"),
    Habit("2021年度", _relabelled(lambda label: re.sub(r"^(\d{4})年$", r"\1年度", label)), family="year"),
    _named(note_before_the_colon, family="cover"),
    _named(stop_behind_a_unit),
    _named(cover_in_a_table, family="cover"),
    _named(cover_at_the_right, family="cover"),
    _named(cover_reordered, family="cover"),
    _named(cover_lines_joined, REPORTED, family="cover"),
    _named(line_twice, REPORTED, family="cover"),
    _named(answer_in_two_rows, REPORTED, family="cells"),
    _named(answer_in_the_label_cell, REPORTED, family="cells"),
    _named(answer_over_the_label, REPORTED, family="cells"),
    _named(label_merged_with_answer, REPORTED, family="cells"),
    _named(label_retyped_with_its_answer, REPORTED, family="cells"),
    _named(years_turned_round, REPORTED, family="columns"),
    _named(columns_turned_round, REPORTED, family="columns"),
    _named(year_deleted, REPORTED, family="columns"),
    _named(year_twice, REPORTED, family="columns"),
    _named(column_added, REPORTED, family="columns"),
    _named(cell_put_into_a_row, REPORTED, family="columns"),
    _named(row_repeated, REPORTED, family="twice"),
    _named(form_twice, REPORTED, family="twice"),
    _named(headers_deleted, REPORTED),
    _named(sections_exchanged, REPORTED),
    _named(titles_deleted),
    _named(placeholders),
    Habit(
        "labels cut short",
        _relabelled(lambda label: label[:-1] if _short(label) and len(label) > 5 else label),
        REPORTED,
    ),
    _named(rows_deleted, REPORTED, family="twice"),
    _named(rows_moved),
    _named(unmerged),
    _named(note_row),
    _named(grid_changed),
    _named(grid_after),
    _named(attachment),
    _named(instructions_before),
    _named(remark_at_the_top),
    _named(told_between_the_lines, family="cover"),
    _named(tables_split, family="tables"),
    _named(tables_joined, REPORTED, family="tables"),
)
SPACES = (
    *(
        Habit(f"labels with {name}", _in_labels(gap.join), family="labels")
        for name, gap in (("spaces", " "), ("wide spaces", "\u3000"), ("nbsp", "\u00a0"), ("zero width", "\u200b"))
    ),
    _named(labels_broken, family="labels"),
    _named(traditional_labels, family="labels"),
    _named(variants_in_labels, family="labels"),
    Habit("spaces around answers", _around_answers("  ", "\u3000 ")),
    Habit("tabs around answers", _around_answers("\t", "\t\u00a0"), family="spaces around answers"),
    _named(paragraphs_for_options, family="options"),
    _named(options_on_one_line, family="options"),
    _named(tabs_for_spaces),
    _named(breaks_for_paragraphs),
    _named(empty_paragraphs_around),
    _named(empty_paragraph_before_labels),
    _named(trailing_spaces),
    _named(indented),
)
REVISIONS = (
    _named(row_deleted_with_tracking),
    _named(deletions_beside),
    _named(blank_labels_deleted),
    _named(answers_inserted, family="inserted"),
    _named(answers_moved, family="inserted"),
    _named(answers_in_fields, family="inserted"),
    _named(written_several_times_over, REPORTED, family="inserted"),
    Habit("hidden text beside answers", _old_beside("<w:vanish/>")),
    Habit("struck out text beside answers", _old_beside("<w:strike/>")),
    Habit("white text beside answers", _old_beside('<w:color w:val="FFFFFF"/>')),
    Habit("tiny text beside answers", _old_beside('<w:sz w:val="2"/>')),
    Habit(
        "black text on black beside answers",
        _old_beside('<w:color w:val="000000"/><w:shd w:val="clear" w:fill="000000"/>'),
    ),
    _named(commented, "reported"),
    _named(corrected_by_a_comment, REPORTED, family="commented"),
    _named(day_of_today, REPORTED, family="date"),
    _named(number_over_a_number, REPORTED, family="about"),
    _named(line_elsewhere_in_the_cell, REPORTED, family="about"),
    _named(line_in_the_label_s_cell, REPORTED, family="about"),
    _named(moved_out_of_its_place, REPORTED, family="about"),
    _named(shown_as_capitals, REPORTED, family="about"),
    _named(crossed_by_a_bullet, REPORTED, family="about"),
    _named(books_of_the_office, family="cover"),
    _named(footnoted, "reported"),
    _named(formats_changed),
)
RUNS = (
    Habit("runs cut at every character", _every_run_cut(1), family="runs"),
    Habit("runs cut at every third", _every_run_cut(3), family="runs"),
    _named(runs_joined, family="runs"),
    _named(marks_between_runs),
    Habit("smart tags", _around_runs("smartTag", element="place"), family="around runs"),
    Habit("hyperlinks", _around_runs("hyperlink", anchor="b1"), family="around runs"),
    _named(controls_around_runs, family="around runs"),
    _named(page_furniture),
)
WRAPPERS = (
    _named(answers_in_nested_tables),
    Habit("controls around paragraphs", _controls_around("p")),
    Habit("controls around cells", _controls_around("tc")),
    Habit("controls around rows", _controls_around("tr")),
    _named(rows_in_a_repeating_section, family="controls around rows"),
    Habit("controls around tables", _controls_around("tbl")),
    _named(tables_in_a_frame),
)
HABITS: tuple[Habit, ...] = (*TYPING, *TICKS, *STRUCTURE, *SPACES, *REVISIONS, *RUNS, *WRAPPERS)
"""Every habit, in the order of application: those that need to find things come before those that hide them."""


def spoilt(form: Form, record: dict[str, Any], habits: Sequence[tuple[Habit, int]]) -> Page:
    """The form filled with `record`, after some habits, each with its pick."""
    page = Page(form, record)
    for habit, pick in sorted(habits, key=lambda h: HABITS.index(h[0])):
        habit.change(page, pick)
    return page
