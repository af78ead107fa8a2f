"""The pattern: one part of the template as static bytes and slots; writing joins, reading undoes it exactly.

The part's own bytes are cut at its tags, so everything outside them is written
as it stands in the template (law 3).  `write` joins the pieces with escaped
values.  `read` is its strict inverse: it gives the values only of bytes that
`write` would make, and None for all others, which `reading` then aligns on
meaning.  Where both a repetition and what follows it fit, it gives None too.

Tags split over runs are found by their text: the characters of the tag are cut
wherever they stand, and what stands between them stays.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from html import escape
from typing import Any
from xml.parsers import expat

from docfill.kinds import NUMBER
from docfill.problems import DocfillError
from docfill.template import language, rendering, tree
from docfill.template.language import Tag
from docfill.template.tree import Answer, Branch, Computed, Foreign, Given, Loop, Mark, Node, Tick
from docfill.word import media
from docfill.word.edit import tag_end
from docfill.word.xml import M, W

_W = W[1:-1] + "\n"
_MATH = M[1:-1] + "\nt"
_BREAK = '</w:t><w:br/><w:t xml:space="preserve">'
_TAB = '</w:t><w:tab/><w:t xml:space="preserve">'
_OPENED = b"</w:t>"
_CLOSED = b'<w:t xml:space="preserve">'
_PRESERVE = b' xml:space="preserve"'
_VALUE = re.compile(rb"[^<]*(?:" + re.escape(_BREAK.encode()) + rb"[^<]*|" + re.escape(_TAB.encode()) + rb"[^<]*)*")
_MERGE = re.compile(rb'<w:vMerge w:val="(restart|continue)"/>')
_ENTITY = re.compile(r"&(?:#x?[0-9A-Fa-f]+|\w+);")
_KNOWN = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}

_ABOVE = object()
"""What a record of a group has in a column that is merged with the cell above."""


@dataclass(frozen=True, slots=True)
class Printed:
    """As a key beside the paths: whether what is printed only with an answer to `path` stands there."""

    path: str


Values = Mapping[str, Any]
Raw = dict[str | Printed, Any]
"""The answers of a record as they stand, by path."""


def encoded(shown: str) -> bytes:
    """`shown` as content of a w:t: escaped, line breaks and tabs as Word's elements."""
    plain = escape(shown, quote=False)
    if "\n" in plain or "\t" in plain:
        plain = plain.replace("\n", _BREAK).replace("\t", _TAB)
    return plain.encode()


def _decoded(content: bytes) -> str:
    try:
        plain = content.decode().replace(_BREAK, "\n").replace(_TAB, "\t")
    except UnicodeDecodeError:
        raise _Mismatch from None
    return _ENTITY.sub(lambda m: _character(m[0]), plain)


def _character(entity: str) -> str:
    name = entity[1:-1]
    if name.startswith("#"):
        return chr(int(name[2:], 16) if name[1:2] in "xX" else int(name[1:]))
    return _KNOWN.get(name, entity)


# --- finding the tags in the bytes ---


@dataclass(slots=True)
class _Text:
    """One w:t: where its start tag and its content stand in the bytes.

    One that `is_flat` (an m:t, or a text of a properties part) holds no elements: a line break stays a character.
    """

    opening: int
    start: int
    end: int = 0
    preserved: bool = False
    is_flat: bool = False


@dataclass(slots=True, eq=False)
class _Element:
    """A w:p, w:tr, w:tc, w:r: its range, its texts, and the end of its w:tcPr."""

    name: str
    start: int
    end: int = 0
    texts: list[_Text] = field(default_factory=list)
    properties_end: int = 0


class _Scanner:
    """One pass over the bytes of a part with expat, whose byte offsets lxml doesn't give."""

    def __init__(self, data: bytes, is_plain: bool = False) -> None:
        self.data, self._is_plain = data, is_plain
        self.paragraphs: list[tuple[_Element, list[_Element]]] = []
        self._stack: list[_Element] = []
        parser = expat.ParserCreate(namespace_separator="\n")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        self._parser = parser
        try:
            parser.Parse(data, True)
        except (expat.ExpatError, LookupError, ValueError) as error:
            raise DocfillError(
                f"模板的 XML 有错误（{error}），请用 Word 打开后另存再试",
                f"the XML of the template is broken ({error}); open the file in Word and save it again",
                "bad-template",
            ) from None

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        at = self._parser.CurrentByteIndex
        if self._is_plain or name == _MATH:
            self._flat(at)
            return
        if not name.startswith(_W):
            return
        name = name[len(_W) :]
        if name in ("p", "tr", "tc", "r"):
            self._stack.append(_Element(name, at))
            if name == "p":
                self.paragraphs.append((self._stack[-1], list(self._stack)))
        elif name == "t":
            text = _Text(at, tag_end(self.data, at))
            text.preserved = (
                any(k.endswith("\nspace") or k == "xml:space" for k in attributes) and "preserve" in attributes.values()
            )
            paragraph = next((e for e in reversed(self._stack) if e.name == "p"), None)
            if paragraph is not None:
                paragraph.texts.append(text)

    def _flat(self, at: int) -> None:
        """A text that holds no elements: one more of its paragraph, or a paragraph of its own."""
        text = _Text(at, tag_end(self.data, at), preserved=True, is_flat=True)
        paragraph = next((e for e in reversed(self._stack) if e.name == "p"), None)
        if self._is_plain:
            paragraph = _Element("p", at)
            self.paragraphs.append((paragraph, [paragraph]))
        if paragraph is not None:
            paragraph.texts.append(text)

    def _end(self, name: str) -> None:
        at = self._parser.CurrentByteIndex
        if self._is_plain or name == _MATH:
            paragraph = (
                self.paragraphs[-1][0]
                if self._is_plain
                else next((e for e in reversed(self._stack) if e.name == "p"), None)
            )
            text = paragraph.texts[-1] if paragraph is not None else None
            if text is not None and not text.end:  # what holds other elements has no text of its own
                text.end = max(text.start, at)
            return
        if not name.startswith(_W):
            return
        name = name[len(_W) :]
        if name in ("p", "tr", "tc", "r"):
            self._stack.pop().end = (
                at + len(f"</w:{name}>") if self.data.startswith(b"</", at) else tag_end(self.data, at)
            )
        elif name == "t":
            paragraph = next((e for e in reversed(self._stack) if e.name == "p"), None)
            if paragraph is not None:
                text = paragraph.texts[-1]
                text.end = max(text.start, at)
        elif name == "tcPr" and self._stack and self._stack[-1].name == "tc":
            self._stack[-1].properties_end = at


def _joined(scanner: _Scanner) -> list[tuple[_Element, list[_Element]]]:
    """The paragraphs with their ancestors, those that are one to docxtpl as one."""
    joined: list[tuple[_Element, list[_Element]]] = []
    before = ""
    for paragraph, ancestors in scanner.paragraphs:
        shown = "".join(scanner.data[text.start : text.end].decode() for text in paragraph.texts)
        is_beside = bool(joined) and joined[-1][1][:-1] == ancestors[:-1] and joined[-1][0].end <= paragraph.start
        if is_beside and "{" in before + shown and language.goes_on(before, shown):
            first, around = joined[-1]
            whole = _Element("p", first.start, paragraph.end, [*first.texts, *paragraph.texts])
            joined[-1] = (whole, [*around[:-1], whole])
            before += shown
            continue
        joined.append((paragraph, ancestors))
        before = shown
    return joined


def _characters(data: bytes, text: _Text) -> list[tuple[str, int, int]]:
    """(character, start, end) in bytes of each character that a w:t shows."""
    found = []
    content = data[text.start : text.end].decode()
    at = text.start
    index = 0
    while index < len(content):
        entity = _ENTITY.match(content, index) if content[index] == "&" else None
        source = entity[0] if entity else content[index]
        size = len(source.encode())
        found.append((_character(source) if entity else source, at, at + size))
        at += size
        index += len(source)
    return found


def _pieces(data: bytes, is_plain: bool) -> list[bytes | Tag]:
    """The bytes between the tags, and the tags, in order."""
    scanner = _Scanner(data, is_plain)
    edits: list[tuple[int, int, bytes | Tag | None]] = []
    for paragraph, ancestors in _joined(scanner):
        content = b"".join(data[text.start : text.end] for text in paragraph.texts).decode()
        if not any(True for _ in language.tags_in(_ENTITY.sub(lambda m: _character(m[0]), content))):
            continue
        letters = [(c, text) for text in paragraph.texts for c in _characters(data, text)]
        shown = "".join(c for (c, _, _), _ in letters)
        opened: set[int] = set()
        for first, last, source in language.tags_in(shown):
            tag = language.parse(source)
            if tag.replaces_element:
                owner = next((e for e in reversed(ancestors) if e.name == tag.scope), None)
                if owner is None:
                    raise DocfillError(
                        f"模板标签 {source} 应放在{'表格行' if tag.scope == 'tr' else '段落'}内",
                        f"the template tag {source} must stand in a w:{tag.scope}",
                        "bad-template",
                    )
                edits.append((owner.start, owner.end, None if source.startswith("{#") else tag))
                continue
            covered = letters[first:last]
            ranges: list[list[int]] = []
            for (_, start, end), text in covered:
                if ranges and ranges[-1][1] != start and data.find(b"</w:p>", ranges[-1][1], start) >= 0:
                    ranges[-1][1] = start  # a tag that goes on in the next paragraph joins the two
                if not text.preserved and text.opening not in opened:
                    opened.add(text.opening)
                    edits.append((text.start - 1, text.start - 1, _PRESERVE))
                if ranges and ranges[-1][1] == start:
                    ranges[-1][1] = end
                else:
                    ranges.append([start, end])
            if source.startswith("{%-") and first and (before := letters[first - 1][1]) is not covered[0][1]:
                ranges[0][0] = before.end
            if source.endswith("-%}") and last < len(letters) and (behind := letters[last][1]) is not covered[-1][1]:
                ranges[-1][1] = behind.start
            is_flat = covered[0][1].is_flat
            edits.append((ranges[0][0], ranges[0][1], replace(tag, scope=language.FLAT) if is_flat else tag))
            edits.extend((start, end, None) for start, end in ranges[1:])
            if isinstance(tag.node, language.Word) and tag.node.name == "vm":
                cell = next((e for e in reversed(ancestors) if e.name == "tc"), None)
                if cell is None or not cell.properties_end:
                    raise DocfillError(
                        f"模板标签 {source} 应放在有宽度的单元格内",
                        f"the template tag {source} must stand in a cell with a width",
                        "bad-template",
                    )
                edits.append((cell.properties_end, cell.properties_end, Tag("", "", language.Word("vMerge"))))
    pieces: list[bytes | Tag] = []
    at = 0
    for start, end, put in sorted(edits, key=lambda e: (e[0], e[1])):
        if start < at and put == _PRESERVE:
            continue
        if start < at <= end and isinstance(put, Tag) and put.source.startswith("{%-"):
            start = at  # the tag before joins the paragraphs already
        if start < at:
            raise DocfillError(
                "模板中的标签互相重叠：带 p、tr 的标签应独占一个段落或一行",
                "tags overlap: a {%p or {%tr tag must stand alone in its paragraph or row",
                "bad-template",
            )
        pieces.append(data[at:start])
        if put is not None:
            pieces.append(put)
        at = end
    pieces.append(data[at:])
    return pieces


def _merged(nodes: list[Node]) -> list[Node]:
    """Neighbouring bytes joined, in every branch; drawn characters encoded."""
    joined: list[Node] = []
    for node in nodes:
        if isinstance(node, str):
            node = encoded(node)
        if isinstance(node, Foreign) or (isinstance(node, Mark) and node.name not in ("vm", "vMerge")):
            continue
        if isinstance(node, Tick):
            node.on, node.off = _merged(node.on), _merged(node.off)
        elif isinstance(node, Loop | Branch | Given):
            node.body, node.otherwise = _merged(node.body), _merged(node.otherwise)
        if isinstance(node, bytes) and joined and isinstance(joined[-1], bytes):
            joined[-1] += node
        elif node != b"":
            joined.append(node)
    return joined


class _Mismatch(Exception):
    """The bytes are not what `write` makes."""


class Pattern:
    """One part of a template, compiled.

    Args:
        data: the part's bytes, UTF-8.
        compute: what a derived expression's source gives for some data.
        is_plain: it is no WordprocessingML: its tags stand in texts of any elements.
    """

    def __init__(self, data: bytes, compute: Callable[[str, Any], str], *, is_plain: bool = False) -> None:
        nodes = tree.nest(_pieces(data, is_plain))
        self._compute = compute
        self.has_computed = any(isinstance(n, Computed | Given) for n in tree.walk(nodes))
        self._is_whole = not self.has_computed and not any(isinstance(n, Foreign) for n in tree.walk(nodes))
        self.nodes = _merged(nodes)

    # --- write ---

    def write(self, values: Values, context: Any = None) -> bytes:
        """The part's bytes with `values` (by dotted path; absent means no answer) in their places.

        `context` is the nested data, for derived expressions.
        """
        out: list[bytes] = []
        self._write(self.nodes, [values], dict(context or {}), out)
        return b"".join(out)

    def _write(
        self,
        nodes: list[Node],
        records: list[Any],
        context: dict[str, Any],
        out: list[bytes],
        current: Any = None,
        first: bool = True,
    ) -> None:
        """`records` are the values, and inside repetitions the record of each; `current` is the line or group."""
        hidden = False
        answer_of = records[0].get
        for node in nodes:
            if type(node) is bytes:
                out.append(node)
                hidden = False
            elif type(node) is Answer:
                if not hidden:
                    value = _value(node, records) if node.level else answer_of(node.path)
                    out.append(_answer(node, current if node.is_line else value))
            elif type(node) is Tick:
                value = _value(node, records) if node.level else answer_of(node.path)
                on = node.kind.is_chosen(value, node.option)
                drawn = node.on if on else node.off
                if len(drawn) == 1 and type(drawn[0]) is bytes:
                    out.append(drawn[0])
                else:
                    self._write(drawn, records, context, out, current, first)
            elif type(node) is Loop:
                self._write_loop(node, records, context, out, current)
            elif type(node) is Branch:
                answered = _value(node, records) not in (None, "", [], False)
                self._write(node.body if answered else node.otherwise, records, context, out, current, first)
            elif type(node) is Given:
                holds = self._compute(node.condition.source, context) not in rendering.FALSE
                self._write(node.body if holds else node.otherwise, records, context, out, current, first)
            elif type(node) is Mark:
                if node.name == "vMerge":
                    out.append(b'<w:vMerge w:val="restart"/>' if first else b'<w:vMerge w:val="continue"/>')
                else:
                    hidden = not first
            elif type(node) is Computed:
                out.append(encoded(self._compute(node.source, context)))

    def _write_loop(
        self, loop: Loop, records: list[Any], context: dict[str, Any], out: list[bytes], current: Any
    ) -> None:
        value = current if loop.over == "group" else _value(loop, records)
        items: list[Any] = rendering.lines(value) if loop.over == "lines" else list(value or ())
        if loop.group:
            items = rendering.runs(items, loop.group)
        elif loop.keys:
            items = rendering.keyed(items, loop.key, *loop.keys)
        is_record = loop.over != "lines" and not loop.group
        for index, item in enumerate(items):
            if self.has_computed:
                context = {**context, loop.name: nested(item), "loop": rendering.loop_at(index, len(items))}
            self._write(loop.body, [*records, item] if is_record else records, context, out, item, index == 0)
        if not items:
            self._write(loop.otherwise, records, context, out)

    # --- read ---

    def read(self, data: bytes) -> Raw | None:
        """The raw answers in `data` by dotted path, or None if `write` could not have made it.

        Texts come as they stand, blanks included; a choice as its option, choices
        and lines as lists, repetitions as lists of such answers by column.
        """
        if not self._is_whole:
            return None
        found: Raw = {}
        try:
            end = self._read(self.nodes, data, 0, [found], b"")
        except _Mismatch:
            return None
        return found if end == len(data) and _is_consistent(found) else None

    def _read(
        self,
        nodes: list[Node],
        data: bytes,
        at: int,
        records: list[Raw],
        after: bytes,
        lines: list[str] | None = None,
        first: bool = True,
    ) -> int:
        """Where the text of `nodes` ends; what it says is put into `records`, or into `lines`."""
        hidden = False
        for index, node in enumerate(nodes):
            if isinstance(node, bytes):
                if not data.startswith(node, at):
                    raise _Mismatch
                at += len(node)
                hidden = False
                continue
            following = _opening(nodes, index + 1, after)
            if isinstance(node, Answer):
                if hidden:
                    if node.level:
                        records[node.level][node.column] = _ABOVE
                    continue
                if node.kind is not None and node.kind.is_drawn:
                    at = self._read_pictures(node, data, at, records)
                    continue
                end = _value_end(data, at, following)
                shown = _decoded(data[at:end])
                at = end
                if node.is_line and lines is not None:
                    lines.append(shown)
                else:
                    _keep(records, node, shown)
            elif isinstance(node, Tick):
                at = self._read_tick(node, data, at, records, following)
            elif isinstance(node, Loop):
                at = self._read_loop(node, data, at, records, following)
            elif isinstance(node, Branch):
                follow = _openings(nodes, index + 1, after)
                at = self._read_branch(node, data, at, records, following, follow)
            elif isinstance(node, Mark):
                if node.name == "vMerge":
                    merge = _MERGE.match(data, at)
                    if merge is None or (merge[1] == b"restart") != first:
                        raise _Mismatch
                    at = merge.end()
                else:
                    hidden = not first
        return at

    def _read_pictures(self, node: Answer, data: bytes, at: int, records: list[Raw]) -> int:
        ids, end = media.drawn_from(data, at + len(_OPENED)) if data.startswith(_OPENED, at) else ([], at)
        if ids and not data.startswith(_CLOSED, end):
            raise _Mismatch
        _keep(records, node, ids)
        return end + len(_CLOSED) if ids else at

    def _read_tick(self, tick: Tick, data: bytes, at: int, records: list[Raw], after: bytes) -> int:
        ends: list[tuple[bool, int, list[Raw]]] = []
        for state, nodes in ((True, tick.on), (False, tick.off)):
            if len(nodes) == 1 and type(nodes[0]) is bytes:
                if data.startswith(nodes[0] + after, at):
                    ends.append((state, at + len(nodes[0]), []))
                continue
            inner: list[Raw] = [{} for _ in records]
            try:
                end = self._read(nodes, data, at, inner, after)
            except _Mismatch:
                continue
            if data.startswith(after, end):
                ends.append((state, end, inner))
        if len(ends) != 1:
            raise _Mismatch
        state, end, inner = ends[0]
        if inner:
            _keep_all(records, inner)
        found = records[tick.level]
        path = tick.column if tick.level else tick.path
        if tick.kind.is_many:
            ticked = found.setdefault(path, [])
            if state and tick.option not in ticked:
                ticked.append(tick.option)
        elif state:
            _keep(records, tick, tick.option)
        return end

    def _read_loop(self, loop: Loop, data: bytes, at: int, records: list[Raw], after: bytes) -> int:
        items: list[Any] = []
        where, path = records[loop.level], loop.column if loop.level else loop.path
        printed = self._printed(loop, data, at, after, records)
        if printed is not None:
            where.setdefault(path, [])
            return printed
        is_record = loop.over != "lines" and not loop.group
        while True:
            item: Raw = {}
            shown: list[str] = []
            inner = [{} for _ in records] if is_record else records
            try:
                end = self._read(loop.body, data, at, [*inner, item] if is_record else inner, b"", shown, not items)
            except _Mismatch:
                break
            if end == at:
                break
            if after and data.startswith(after, at):
                raise _Mismatch
            if is_record:
                _keep_all(records, inner)
                items.append(item)
            else:
                items += shown or [""]
            at = end
        if is_record:
            for later in items[1:]:
                later.update({name: items[0][name] for name, shown in later.items() if shown is _ABOVE})
            where.setdefault(path, []).extend(items) if loop.over == "group" else _keep(records, loop, items)
        elif not loop.group:
            _keep(records, loop, items)
        return at

    def _printed(self, loop: Loop, data: bytes, at: int, after: bytes, records: list[Raw]) -> int | None:
        """Where the loop's text for no answer ends, if that is what stands at `at`."""
        try:
            end = self._read(loop.otherwise, data, at, [{} for _ in records], after)
        except _Mismatch:
            return None
        return end if loop.otherwise and data.startswith(after, end) else None

    def _read_branch(
        self,
        branch: Branch,
        data: bytes,
        at: int,
        records: list[Raw],
        after: bytes,
        follow: tuple[bytes, ...],
    ) -> int:
        """The one of both parts that stands at `at`; where the text fits both, it can't be told."""
        fitting = []
        for is_answered, nodes in ((False, branch.otherwise), (True, branch.body)):
            inner: list[Raw] = [{} for _ in records]
            try:
                end = self._read(nodes, data, at, inner, after)
            except _Mismatch:
                continue
            if any(data.startswith(opening, end) for opening in follow):
                fitting.append((is_answered, end, inner))
        if not fitting or (len(fitting) == 2 and not branch.otherwise):
            raise _Mismatch
        is_answered, end, inner = fitting[0]
        _keep_all(records, inner)
        own = branch.column if branch.level else branch.path
        if records[branch.level].setdefault(Printed(own), is_answered) != is_answered:
            raise _Mismatch
        return end


def _value(node: Answer | Tick | Loop | Branch, records: list[Any]) -> Any:
    """What a record has at a node's path."""
    if not node.level:
        return records[0].get(node.path)
    record = records[node.level]
    return record.get(node.column) if node.column else record


def nested(item: Any) -> Any:
    """A record by column in the shape of the contract."""
    if isinstance(item, list):
        return [nested(part) for part in item]
    if not isinstance(item, Mapping):
        return item
    shaped: dict[str, Any] = {}
    for column, value in item.items():
        *groups, last = column.split(".")
        node = shaped
        for group in groups:
            node = node.setdefault(group, {})
        node[last] = nested(value) if isinstance(value, list) else value
    return shaped


def _answer(node: Answer, value: Any) -> bytes:
    kind = node.kind
    if kind is not None and kind.is_drawn:
        shown_ones = value if isinstance(value, list) else [value] if value else []
        drawings = b"".join(media.drawing_of(p, node.frame, node.path) for p in shown_ones)
        return _OPENED + drawings + _CLOSED if drawings and not node.is_flat else b""
    if value is None or value == "":
        shown = kind.blank if kind is not None else ""
    elif node.is_line or kind is None or kind.is_prose:
        shown = value if type(value) is str else NUMBER.format(value)
    elif not node.width:
        return kind.format(value).encode()
    else:
        shown = kind.format(value)
    drawn = rendering.blank(shown, node.width) if node.width else shown
    return escape(drawn, quote=False).encode() if node.is_flat else encoded(drawn)


def _opening(nodes: list[Node], index: int, after: bytes) -> bytes:
    """The bytes that certainly follow: up to the next slot."""
    if index == len(nodes):
        return after
    node = nodes[index]
    return node if isinstance(node, bytes) else b""


def _openings(nodes: list[Node], index: int, after: bytes) -> tuple[bytes, ...]:
    """What the text from a node on may begin with; b"" where that is unknown."""
    if index == len(nodes):
        return (after,)
    node = nodes[index]
    if isinstance(node, Branch | Loop):
        behind = _openings(nodes, index + 1, after)
        first = _openings(node.body, 0, b"")
        other = _openings(node.otherwise, 0, b"") if node.otherwise else behind
        return tuple(dict.fromkeys((*first, *other, *behind)))
    return (node if isinstance(node, bytes) else b"",)


def _value_end(data: bytes, at: int, following: bytes) -> int:
    """Where the value that begins at `at` ends, given the bytes that follow it."""
    matched = _VALUE.match(data, at)
    assert matched is not None
    limit = matched.end()
    plain, found, _ = following.partition(b"<")
    if found:
        end = limit - len(plain)
        if end < at or not data.startswith(plain, end):
            raise _Mismatch
        return end
    if not plain or data.count(plain, at, limit) != 1:
        raise _Mismatch
    return data.index(plain, at, limit)


def _keep(records: list[Raw], node: Answer | Tick | Loop, shown: Any) -> None:
    """A field that stands in two places must say the same in both."""
    if records[node.level].setdefault(node.column if node.level else node.path, shown) != shown:
        raise _Mismatch


def _is_consistent(found: Raw) -> bool:
    """Whether what is printed only with an answer stands just where there is one."""
    for path, shown in found.items():
        if isinstance(shown, list) and not all(_is_consistent(item) for item in shown if isinstance(item, dict)):
            return False
        if isinstance(path, Printed):
            answer = found.get(path.path, shown)
            if bool(answer.strip() if isinstance(answer, str) else answer) != shown:
                return False
    return True


def _keep_all(records: list[Raw], found: list[Raw]) -> None:
    for record, inner in zip(records, found, strict=bool(found)):
        for path, shown in inner.items():
            if record.setdefault(path, shown) != shown:
                raise _Mismatch
