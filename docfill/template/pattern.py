"""The pattern: one part of the template as static bytes and slots; writing joins, reading undoes it exactly.

The part's own bytes are cut at its tags, so everything outside them is written
as it stands in the template (law 3).  `write` joins the pieces with escaped
values.  `read` is its strict inverse: it gives the values only of bytes that
`write` would make, and None for all others, which `reading` then aligns on
meaning.  Where both a repetition and what follows it fit, it gives None too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from msgspec import Struct

from docfill import late
from docfill.kinds import NUMBER
from docfill.template import language, rendering, tree
from docfill.template.columns import ANY, Grid, records_left
from docfill.template.pieces import decoded, pieces_of
from docfill.template.tree import Answer, Branch, Computed, Foreign, Given, Loop, Mark, Node, Tick
from docfill.word import media
from docfill.word.part import tag_end

_BREAK = '</w:t><w:br/><w:t xml:space="preserve">'
_TAB = '</w:t><w:tab/><w:t xml:space="preserve">'
_OPENED = b"</w:t>"
_CLOSED = b'<w:t xml:space="preserve">'
_VALUE = late.pattern(rb"[^<]*(?:" + re.escape(_BREAK.encode()) + rb"[^<]*|" + re.escape(_TAB.encode()) + rb"[^<]*)*")
_ROOT = late.pattern(rb"<[^/!?]")
_MERGE = late.pattern(rb'<w:vMerge w:val="(restart|continue)"/>')

_ABOVE = object()
"""What a record of a group has in a column that is merged with the cell above."""


class Printed(Struct, frozen=True):
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
        plain = content.decode()
    except UnicodeDecodeError:
        raise _Mismatch from None
    if "<" in plain:
        plain = plain.replace(_BREAK, "\n").replace(_TAB, "\t")
    return decoded(plain) if "&" in plain else plain


def _as_printed(piece: bytes) -> bytes:
    return language.as_printed(piece.decode()).encode() if b"_" in piece else piece


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


def opens_like(source: bytes, data: bytes) -> bool:
    """Whether a part begins as one of the template does, up to where its content and the first tag may stand.

    What another program wrote seldom does, and is no work for a pattern then.
    """
    root = _ROOT.search(source)
    return root is None or data.startswith(source[: tag_end(source, root.start())])


class Pattern:
    """One part of a template, compiled.

    Args:
        data: the part's bytes, UTF-8.
        compute: what a derived expression's source gives for some data.
        is_plain: it is no WordprocessingML: its tags stand in texts of any elements.
    """

    def __init__(self, data: bytes, compute: Callable[[str, Any], str], *, is_plain: bool = False) -> None:
        pieces = pieces_of(data, is_plain=is_plain)
        nodes = tree.nest(_as_printed(piece) if isinstance(piece, bytes) else piece for piece in pieces)
        self._compute = compute
        self.has_computed = any(isinstance(n, Computed | Given) for n in tree.walk(nodes))
        self._is_whole = not self.has_computed and not any(isinstance(n, Foreign) for n in tree.walk(nodes))
        self.nodes = _merged(nodes)
        self._has_grids = any(isinstance(n, Grid) for n in tree.walk(nodes))

    # --- write ---

    def write(self, values: Values, context: Any = None) -> bytes:
        """The part's bytes with `values` (by dotted path; absent means no answer) in their places.

        `context` is the nested data, for derived expressions.
        """
        out: list[Any] = []
        self._write(self.nodes, [values], dict(context or {}), out)
        return _with_grids(out) if self._has_grids else b"".join(out)

    def _write(
        self,
        nodes: list[Node],
        records: list[Any],
        context: dict[str, Any],
        out: list[Any],
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
            elif type(node) is Grid:
                out.append(node)
            elif type(node) is Computed:
                out.append(encoded(self._compute(node.source, context)))

    def _write_loop(
        self, loop: Loop, records: list[Any], context: dict[str, Any], out: list[Any], current: Any
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
                    at = _read_merge(data, at, first)
                else:
                    hidden = not first
            elif isinstance(node, Grid):
                at = _read_grid(node, data, at)
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
        most = records_left(data, at, loop.across, loop.behind) if loop.across else None
        while len(items) != most:
            item: Raw = {}
            shown: list[str] = []
            inner = [{} for _ in records] if is_record else records
            try:
                end = self._read(loop.body, data, at, [*inner, item] if is_record else inner, b"", shown, not items)
            except _Mismatch:
                break
            if end == at:
                break
            if after and data.startswith(after, at) and most is None:
                raise _Mismatch
            if is_record:
                _keep_all(records, inner)
                items.append(item)
            else:
                items += shown or [""]
            at = end
        if most is not None and (len(items) < most or any(not item.get("", "-").strip() for item in items)):
            raise _Mismatch  # of several texts in a row none is blank
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


def _read_merge(data: bytes, at: int, is_first: bool) -> int:
    merge = _MERGE.match(data, at)
    if merge is None or (merge[1] == b"restart") != is_first:
        raise _Mismatch
    return merge.end()


def _read_grid(node: Grid, data: bytes, at: int) -> int:
    grid = ANY.match(data, at)
    if grid is None or grid[0] != node.drawn(data[grid.end() :]):
        raise _Mismatch
    return grid.end()


def _with_grids(out: list[Any]) -> bytes:
    """Pieces of bytes as one, each grid drawn as the rows behind it ask for."""
    written, end = b"", len(out)
    for index in reversed(range(len(out))):
        if isinstance(grid := out[index], Grid):
            behind = b"".join(out[index + 1 : end]) + written
            written, end = grid.drawn(behind) + behind, index
    return b"".join(out[:end]) + written


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


_MOST_OPENINGS = 40
"""Where more may stand, nothing is foretold."""


def _openings(nodes: list[Node], index: int, after: bytes) -> tuple[bytes, ...]:
    """What the text from a node on may begin with; b"" where that is unknown."""
    found: dict[bytes, None] = {}
    for at in range(index, len(nodes)):
        node = nodes[at]
        if len(found) > _MOST_OPENINGS:
            return (*found, b"")
        if not isinstance(node, Branch | Loop):
            return (*found, node if isinstance(node, bytes) else b"")
        found.update(dict.fromkeys((*_openings(node.body, 0, b""), *_openings(node.otherwise, 0, b""))))
    return (*found, after)


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
    """A field that stands in two places must say the same in both; records may have some columns in each."""
    known = records[node.level].setdefault(node.column if node.level else node.path, shown)
    if known is shown or known == shown:
        return
    if not (isinstance(node, Loop) and len(known) == len(shown) and all(isinstance(r, dict) for r in (*known, *shown))):
        raise _Mismatch
    _keep_all(known, shown)


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
