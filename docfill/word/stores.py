"""What Word keeps beside what it shows: the data that a content control is bound to, a date's day, a property.

A control with w:dataBinding (17.5.2.6) shows a node of a customXml part or a property of the package, and Word shows
that again when it opens the file; a date control keeps its day in w:fullDate (17.5.2.7), a check box its state in
w14:checked ([MS-DOCX] 2.6.1); a field such as TITLE or DOCPROPERTY (17.16.5) shows a property.  Who changes what is
seen and not what is kept, is undone by Word.  Paths to nodes are followed step by step, and no other XPath is
ever evaluated.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from lxml import etree
from msgspec import Struct, field

from docfill import late, limits
from docfill.word import ticks, xml
from docfill.word.document import Element
from docfill.word.package import Package
from docfill.word.part import Edits, Part
from docfill.word.xml import W14, W

_CORE = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
_DC = "http://purl.org/dc/elements/1.1/"
_APP = "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"
_CUSTOM = "{http://schemas.openxmlformats.org/officeDocument/2006/custom-properties}property"
_BUILT_IN = {
    "{6C3C8BC8-F283-45AE-878A-BAB7291924A1}": "core-properties",
    "{6668398D-A668-4E3E-A5EB-62B293D839F1}": "extended-properties",
}
"""The stores that Word has for the properties of a package, by the ids under which controls are bound to them."""
_PROPERTIES = {
    **{name: ("core-properties", f"{{{_DC}}}{name}") for name in ("title", "subject")},
    "author": ("core-properties", f"{{{_DC}}}creator"),
    "comments": ("core-properties", f"{{{_DC}}}description"),
    **{name: ("core-properties", f"{{{_CORE}}}{name}") for name in ("keywords", "category")},
    **{name: ("extended-properties", f"{{{_APP}}}{name.title()}") for name in ("manager", "company")},
}
_CODE = late.pattern(
    r'\s*(?:DOCPROPERTY\s+(?:"([^"]+)"|(\S+))|(TITLE|SUBJECT|AUTHOR|COMMENTS|KEYWORDS)\b(?!\s*"))', re.I
)
_NAMES = late.pattern("DOCPROPERTY|TITLE|SUBJECT|AUTHOR|COMMENTS|KEYWORDS", re.I)
_STEP = late.pattern(r"/(?:([\w.-]+):)?([\w.-]+)(?:\[(\d{1,4})\])?")
_PATH = late.pattern(rf"(?P<steps>(?:{_STEP.pattern})+?)(?:/@(?:(?P<prefix>[\w.-]+):)?(?P<attribute>[\w.-]+))?")
_MAPPING = late.pattern(r"xmlns:([\w.-]+)\s*=\s*(?:'([^']*)'|\"([^\"]*)\")")
_STEPS_A_NODE, _STEPS_A_RUN = 2, 2
_STATES = {"true": ticks.TICKED, "false": ticks.EMPTY, "1": ticks.TICKED, "0": ticks.EMPTY, "": ticks.EMPTY}
"""What a check box shows for each value that it is bound to; what Word writes itself stands first."""
_CHECKED = {"1": ticks.TICKED, "0": ticks.EMPTY, "on": ticks.TICKED, "off": ticks.EMPTY, **_STATES}
"""What a check box shows in each state."""
SHOWN_BY = frozenset(W + name for name in ("sdt", "fldSimple", "fldChar"))
"""What shows anything that is kept elsewhere."""
MAY_KEEP = late.pattern(rb"dataBinding|fullDate|instr|checkbox")
"""What the bytes of a main part have that shows anything kept elsewhere."""


class Node(Struct, frozen=True):
    """Where a value is kept: an element of a part, or its attribute (by its name with namespace)."""

    part: str
    element: Element
    attribute: str = ""

    @property
    def value(self) -> str:
        """What is kept."""
        if self.attribute:
            return self.element.get(self.attribute, "")
        texts = [*map(str, self.element.itertext())]
        limits.spend(len(texts))
        return "".join(texts)


class Store(Struct, frozen=True):
    """A value that is kept beside what some elements of the main part show.

    Attributes:
        key: what tells it from the others, the same in all documents of one form.
        shown_by: the elements that show it: a content control, a field, or the runs of a field's result.
        node: where it is kept.
        is_day: whether it is a day, YYYY-MM-DD and perhaps a time.
        words: of a drop-down list or a check box, what it shows for each value that it keeps.
    """

    key: str
    shown_by: tuple[Element, ...]
    node: Node
    is_day: bool = False
    words: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_box(self) -> bool:
        """Whether a check box shows it."""
        return self.words is _STATES or self.is_state

    @property
    def is_state(self) -> bool:
        """Whether it is the state of a check box itself: Word shows what is drawn, until somebody clicks there."""
        return self.words is _CHECKED

    @property
    def text(self) -> str:
        """The characters that show it."""
        return "".join(t.text or "" for e in self.shown_by for t in e.iter(W + "t")).strip()

    @property
    def kept(self) -> str:
        """What Word will show: of a day, YYYY-MM-DD."""
        value = self.node.value.strip()
        return value[:10] if self.is_day else self.words.get(value, value)

    @property
    def shown(self) -> str:
        """What is shown now."""
        if self.is_box:
            return ticks.TICKED if _is_ticked(self.shown_by[0]) else ticks.EMPTY
        return self.text

    def written(self, shown: str) -> str:
        """What is to be kept for a text that is shown; of a day, for YYYY-MM-DD."""
        if self.is_day:
            return f"{shown}T00:00:00Z" if shown and self.node.attribute else shown
        return next((value for value, said in self.words.items() if said == shown), shown)


def stores_of(package: Package, main: str, root: Element, parts: Mapping[str, bytes] | None = None) -> Iterator[Store]:
    """The stores of a main part, in document order, but for pictures and the like.

    `parts` stand in the place of the package's own.
    """
    source = _Source(package, main, parts or {})
    has_fields = any(_NAMES.search(code.text or "") for code in root.iter(W + "instrText"))
    keeping = (W + "dataBinding", W + "date", W14 + "checkbox", W + "fldSimple")
    for element in root.iter(*keeping, *([W + "fldChar"] if has_fields else [])):
        if element.tag == W + "fldSimple":
            yield from source.field(element.get(W + "instr", ""), (element,))
        elif element.tag == W + "fldChar":
            if element.get(W + "fldCharType") == "begin":
                yield from source.field(*_complex(element))
        else:
            properties = element.getparent()
            control = None if properties is None else properties.getparent()
            if properties is None or control is None or properties.tag != W + "sdtPr":
                continue
            if element.tag == W + "dataBinding":
                yield from source.bound(element, properties, control)
            elif element.tag == W14 + "checkbox":
                state = element.find(W14 + "checked")
                if state is not None and W14 + "val" in state.attrib:
                    yield Store(_key("box", properties), (control,), Node(main, state, W14 + "val"), words=_CHECKED)
            elif element.get(W + "fullDate") is not None:
                yield Store(_key("date", properties), (control,), Node(main, element, W + "fullDate"), is_day=True)


class _Source:
    """The parts in which values are kept, each parsed when first asked for."""

    def __init__(self, package: Package, main: str, parts: Mapping[str, bytes]) -> None:
        self._package, self._main, self._parts = package, main, parts
        self._roots: dict[str, Element] = {}
        self._items: dict[str, str] | None = None
        self._children: dict[Element, dict[str, list[Element]]] = {}
        self._custom: dict[str, dict[str, Element]] = {}

    def _root(self, part: str) -> Element:
        if part not in self._roots:
            self._roots[part] = self._package.parse(self._parts.get(part) or self._package.read(part), part)
        return self._roots[part]

    def _property_parts(self, kind: str) -> list[str]:
        return [part for part in self._package.related("", kind) if part in self._package]

    def bound(self, binding: Element, properties: Element, control: Element) -> Iterator[Store]:
        """What a control is bound to."""
        if any(properties.find(name) is not None for name in (W + "picture", W + "richText")):
            return
        item = binding.get(W + "storeItemID", "").upper()
        parts = self._property_parts(_BUILT_IN[item]) if item in _BUILT_IN else [*self._named(item)]
        namespaces = {m[1]: m[2] or m[3] or "" for m in _MAPPING.finditer(binding.get(W + "prefixMappings", ""))}
        path = binding.get(W + "xpath", "")
        for part in parts:
            found = self._followed(self._root(part), path, namespaces)
            if found is not None:
                date, listed = properties.find(W + "date"), properties.find(W + "dropDownList")
                is_text = date is not None and _value(date, "storeMappedDataAs") == "text"
                entries = [] if listed is None else list(listed)
                is_box = properties.find(W14 + "checkbox") is not None
                words = _STATES if is_box else {e.get(W + "value", ""): e.get(W + "displayText", "") for e in entries}
                yield Store(f"{item} {path}", (control,), Node(part, *found), date is not None and not is_text, words)

    def _named(self, item: str) -> Iterator[str]:
        """The customXml parts of an id (22.5)."""
        if self._items is None:
            self._items = {}
            for part in self._package.related(self._main, "customXml"):
                for described in self._package.related(part, "customXmlProps") if part in self._package else ():
                    if described in self._package:
                        ids = [str(v) for k, v in self._root(described).items() if str(k).endswith("itemID")]
                        self._items.update((name.upper(), part) for name in ids)
        if item in self._items:
            yield self._items[item]

    def _followed(self, root: Element, path: str, namespaces: Mapping[str, str]) -> tuple[Element, str] | None:
        """The element and attribute at a plain path."""
        matched = _PATH.fullmatch(path)
        if matched is None:
            return None
        here: Element | None = None
        for step in _STEP.finditer(matched["steps"]):
            prefix, local, number = step[1] or "", step[2], step[3]
            name = f"{{{namespaces[prefix]}}}{local}" if prefix in namespaces else local
            named = [root] * (root.tag == name) if here is None else self._children_of(here).get(name, [])
            at = int(number or 1) - 1
            if not 0 <= at < len(named):
                return None
            here = named[at]
        if here is None:
            return None
        prefix, attribute = matched["prefix"], matched["attribute"] or ""
        return here, f"{{{namespaces[prefix]}}}{attribute}" if prefix in namespaces else attribute

    def _children_of(self, element: Element) -> dict[str, list[Element]]:
        """The elements in an element by their names; looked at once, however many controls are bound to them."""
        if element not in self._children:
            named = self._children[element] = {}
            limits.spend(_STEPS_A_NODE * len(element))
            for child in element.iterchildren(etree.Element):
                named.setdefault(child.tag, []).append(child)
        return self._children[element]

    def _custom_ones(self, part: str) -> dict[str, Element]:
        """The values of a part of properties, each by its name in small letters; the first of a name holds."""
        if part not in self._custom:
            own = self._custom[part] = {}
            for described in self._root(part).iter(_CUSTOM):
                for value in described.iterchildren(etree.Element):
                    own.setdefault(described.get("name", "").lower(), value)
                    break
        return self._custom[part]

    def field(self, code: str, shown_by: tuple[Element, ...]) -> Iterator[Store]:
        """What a field shows that is a property of the package."""
        matched = _CODE.match(code)
        if matched is None or not shown_by:
            return
        name = matched[1] or matched[2] or matched[3]
        kind, tag = _PROPERTIES.get(name.lower(), ("custom-properties", ""))
        for part in self._property_parts(kind):
            root = self._root(part)
            found = root.find(tag) if tag else self._custom_ones(part).get(name.lower())
            if found is not None:
                yield Store(f"{kind} {name.lower()}", shown_by, Node(part, found))


def _is_ticked(control: Element) -> bool:
    """Whether a check box shows its ticked state: by what is drawn there, or else by its property."""
    box = control.find(f"{W}sdtPr/{W14}checkbox")
    drawn = {c.get(W + "char", "")[-4:].upper() for c in control.iter(W + "sym")}
    drawn |= {f"{ord(c):04X}" for t in control.iter(W + "t") for c in t.text or ""}
    for name, char in (("checkedState", "2612"), ("uncheckedState", "2610")):
        state = None if box is None else box.find(W14 + name)
        code = (char if state is None else state.get(W14 + "val", char)).upper()
        if drawn & {code, "F0" + code[-2:]}:
            return name == "checkedState"
    known = [ticks.MARKS[c] for c in map(_char, drawn) if c in ticks.MARKS]
    return known[0] if known else xml.is_on(None if box is None else box.find(W14 + "checked"))


def _char(code: str) -> str:
    return chr(int(code, 16)) if re.fullmatch("[0-9A-F]{1,4}", code) else ""


def _value(properties: Element, name: str) -> str:
    found = properties.find(W + name)
    return "" if found is None else found.get(W + "val", "")


def _key(kind: str, properties: Element) -> str:
    return f"{kind} " + " ".join(_value(properties, name) for name in ("id", "alias", "tag"))


def _complex(begin: Element) -> tuple[str, tuple[Element, ...]]:
    """The code of a complex field, and the runs of its result, where both stand in one paragraph."""
    first = begin.getparent()
    code: list[str] = []
    shown: list[Element] = []
    depth, in_result = 1, False
    for run in () if first is None else first.itersiblings():
        limits.spend(_STEPS_A_RUN)
        for mark in run.iter(W + "fldChar", W + "instrText"):
            kind = mark.get(W + "fldCharType")
            if mark.tag == W + "instrText":
                code += [mark.text or ""] if depth == 1 and not in_result else []
            elif kind == "separate":
                in_result |= depth == 1
            else:
                depth += {"begin": 1, "end": -1}.get(kind or "", 0)
        if depth == 0:
            return "".join(code), tuple(shown)
        if in_result and depth == 1 and next(run.iter(W + "fldChar"), None) is None:
            shown.append(run)
    return "", ()


# --- kept in step ---


def in_step(
    package: Package,
    main: str,
    parts: Mapping[str, bytes],
    is_due: Callable[[Store], bool],
    day_of: Callable[[str], str],
) -> dict[str, bytes]:
    """Some new parts of a package, with what is kept made what they show.

    Args:
        package: whose other parts stay.
        main: the name of the main part.
        parts: the new parts; the main one is among them.
        is_due: whether a store is to be in step with what is shown.
        day_of: the day that a text says, YYYY-MM-DD, or "".
    """
    edits = Edits()
    known: dict[str, Part] = {}
    for store in stores_of(package, main, package.parse(parts[main], main), parts):
        node = store.node
        shown = day_of(store.shown) if store.is_day else store.shown
        if not is_due(store) or shown == store.kept or (len(node.element) and not node.attribute):
            continue
        if node.part not in known:
            data = parts.get(node.part) or package.read(node.part)
            known[node.part] = Part(node.part, node.element.getroottree().getroot(), data)
        _put(edits, known[node.part], node, store.written(shown))
    return {**parts, **{part.name: part.applied(edits) for part in known.values()}}


def _put(edits: Edits, part: Part, node: Node, value: str) -> None:
    """Another value at a node."""
    if node.attribute:
        edits.attribute(part, node.element, node.attribute, value)
        return
    where = part.where(node.element)
    text = etree.Element("a")
    text.text = value
    written = etree.tostring(text, encoding="utf-8")[3:-4] if value else b""
    if where.is_empty:
        tag = part.data[where.start : where.end]
        name = re.match(rb"<([^\s/>]+)", tag)
        assert name is not None
        edits.put(part, where.start, where.end, tag[:-2].rstrip() + b">" + written + b"</" + name[1] + b">")
    else:
        edits.put(part, where.inside, where.outside, written)
