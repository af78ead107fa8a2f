"""Writing: tags into the bytes of a blank form, at the very places, without touching anything else.

A tag takes the run that the blank is drawn in; an empty paragraph gets a run
with the properties of its paragraph mark, which Word uses for what is typed
there.  What is drawn as a blank stays where it is, as the `else` of its tag, so
that the blank form comes out as it was; only spaces become `blank(n)`.  All is
written by the one editor (`word.edit`): what no tag stands at is the blank's, byte for byte.
`drawings` has what is drawn twice, answered and not: boxes and prompts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from docfill.kinds import kind_named
from docfill.tag import drawings, words
from docfill.tag.drawings import properties_of
from docfill.tag.spots import Fill, Repeat, Room, Spot, TickBox
from docfill.word import ticks
from docfill.word.document import Cell, Document, Element, Row
from docfill.word.edit import Editor, mark_properties, pieces_of, run_with
from docfill.word.part import Edits, Part, prefixed
from docfill.word.span import Span
from docfill.word.xml import W14, W

_LINE, _ROW, _GROUP = "段", "行", "组"
_CHECK = "√"
"""What is written in brackets, or in an empty cell, to tick it."""
_UNIQUE = (W14 + "paraId", W14 + "textId")
_OF_ONE_PARAGRAPH = frozenset({"sectPr", "pPrChange"})


def write(document: Document, spots: Sequence[Spot]) -> bytes:
    """The main part of a blank form with the tags of spots.

    Raises:
        Unplaceable: a place is drawn in a way that no tag can be written at.
    """
    editor = Editor(document)
    inside = [(e, spot) for spot in spots for e in spot.edits if isinstance(e, Fill | TickBox)]
    for place, spot in sorted(inside, key=lambda e: (id(e[0].paragraph), e[0].start, e[0].end)):
        if isinstance(place, Fill):
            _fill(editor, place, spot)
        else:
            _tick(editor, place, spot)
    for spot in spots:
        for edit in spot.edits:
            if isinstance(edit, Room):
                _room(editor, edit, spot)
            elif isinstance(edit, Repeat):
                _repeat(editor, edit, spot)
    return editor.applied(editor.part_of(document.root))


def expression(path: str) -> str:
    """A dotted path as the template language spells it: keys that are no names stand in brackets."""
    first, *rest = path.split(".")
    return first + "".join(f".{s}" if s.isidentifier() else f'["{s}"]' for s in rest)


# --- blanks ---


def _fill(editor: Editor, fill: Fill, spot: Spot) -> None:
    paragraph, span = fill.paragraph, Span(fill.paragraph, fill.start, fill.end)
    path, drawn = expression(spot.path), span.text
    shown = path + _filters(spot)
    tag = f"{{{{ {shown} }}}}"
    if fill.prompted is not None:
        drawings.prompt_drawn_twice(editor, fill.prompted, paragraph, path, tag)
    elif fill.is_replaced:
        _unfield(editor, paragraph.owner(fill.start))
        editor.replace(span, tag)
    elif not drawn or set(drawn) <= {"\t"} or drawn.startswith("\t") or _is_held_apart(span):
        editor.insert(paragraph, fill.start, tag)
    elif drawn == kind_named(spot.kind).blank and not spot.is_optional and _is_alike(editor, span):
        editor.replace(span, tag)
    elif set(drawn) == {" "} and _is_plain(span):
        editor.replace(span, f"{{{{ {shown} | blank({len(drawn)}) }}}}")
    elif not (fill.is_soft and _over_soft(editor, span, path, tag)):
        editor.insert(paragraph, fill.start, f"{{% if {path} %}}{tag}{{% else %}}", is_behind=True)
        editor.insert(paragraph, fill.end, "{% endif %}")


def _over_soft(editor: Editor, span: Span, path: str, tag: str) -> bool:
    """Writes an answer in the colour of the form's text, where the words that it replaces are runs of one parent; tells
    whether they are.
    """
    paragraph = span.paragraph
    before, own, behind = (
        [run for start, end, run in paragraph.runs(*stretch) if start < end]
        for stretch in ((0, span.start), (span.start, span.end), (span.end, len(paragraph.text)))
    )
    first, last = own[0], own[-1]
    if first.getparent() is not last.getparent() or before[-1:] == [first] or behind[:1] == [last]:
        return False
    part = editor.part_of(first)
    look = properties_of(part, first)
    opening = run_with(f"{{% if {path} %}}", first, look) + run_with(tag, first, _in_text_colour(part, first))
    at = part.where(first).start
    editor.edits.put(part, at, at, opening + run_with("{% else %}", first, look))
    end = part.where(last).end
    editor.edits.put(part, end, end, run_with("{% endif %}", last, look))
    return True


_SOFT = frozenset({"color", "rStyle", "i", "iCs"})
"""Properties of a run by which words are drawn as those that an answer replaces."""


def _in_text_colour(part: Part, run: Element) -> bytes:
    """The properties of a run without its colour."""
    return b"".join(part.without(p, _SOFT) for p in run.iterfind(W + "rPr"))


def _filters(spot: Spot) -> str:
    """What a tag says of its place beside the path."""
    said = kind_named(spot.kind).as_filter + spot.frame
    said += f' | unit("{spot.unit}")' if spot.unit else ""
    said += f" | limit({spot.limit})" if spot.limit else ""
    return said + (" | optional" if spot.is_optional else "")


def _is_plain(span: Span) -> bool:
    """Whether all its characters stand in w:t elements as they are shown."""
    return all(p.is_text and (p.element.text or "").startswith(p.shown, p.start) for p in pieces_of(span))


def _is_held_apart(span: Span) -> bool:
    """Whether its runs stand in different elements, a content control and the paragraph, say, which nothing spans."""
    runs = {next(p.element.iterancestors(W + "r")) for p in pieces_of(span)}
    return len({run.getparent() for run in runs}) > 1


def _is_alike(editor: Editor, span: Span) -> bool:
    """Whether all its characters are plain and drawn alike: the line under a blank does not go on under 年, say."""
    runs = {next(p.element.iterancestors(W + "r")) for p in pieces_of(span)}
    return _is_plain(span) and len({properties_of(editor.part_of(run), run) for run in runs}) == 1


def _unfield(editor: Editor, owner: Element) -> None:
    """Takes a placeholder out of the field that shows it: Word would compute the answer away."""
    part = editor.part_of(owner)
    for simple in owner.iterancestors(W + "fldSimple"):
        at = part.where(simple)
        editor.edits.put(part, at.start, at.inside, b"")
        editor.edits.put(part, at.outside, at.end, b"")
    held = next(owner.iterancestors(W + "r"), None)
    if held is None or held.getparent() is None:
        return
    siblings = list(held.itersiblings(preceding=True))
    opened = next((i for i, e in enumerate(siblings) if _field_marks(e) == {"begin"}), None)
    if opened is None or any("end" in _field_marks(e) for e in siblings[:opened]):
        return
    ended = next((e for e in held.itersiblings() if "end" in _field_marks(e)), None)
    code = [e for e in siblings[: opened + 1] if _field_marks(e) or e.find(W + "instrText") is not None]
    for element in (*code, *([ended] if ended is not None else [])):
        editor.edits.remove(part, element)


def _field_marks(element: Element) -> set[str]:
    return {mark.get(W + "fldCharType", "") for mark in element.iter(W + "fldChar")}


# --- boxes ---


def _tick(editor: Editor, box: TickBox, spot: Spot) -> None:
    path, option = expression(spot.path), _quoted(box.option)
    test = f"{option} in {path}" if kind_named(spot.kind).is_many else f"{path} == {option}"
    span = Span(box.paragraph, box.start, box.end)
    drawn = span.text
    empty = ticks.emptied(drawn)
    if not drawn:
        editor.insert(box.paragraph, box.start, f"{{% if {test} %}}{_CHECK}{{% endif %}}")
    elif len(drawn) > 1 and empty is not None:
        ticked = f"{drawn[0]}{_CHECK}{drawn[-1]}"
        editor.replace(span, f"{{% if {test} %}}{ticked}{{% else %}}{empty}{{% endif %}}")
    elif len(drawn) > 1:
        at = len(drawn) // 2
        ticked = f"{drawn[:at]}{_CHECK}{drawn[at + 1 :]}" if set(drawn) == {"_"} else f"{drawn[0]}{_CHECK}{drawn[-1]}"
        editor.insert(box.paragraph, box.start, f"{{% if {test} %}}{ticked}{{% else %}}", is_behind=True)
        editor.insert(box.paragraph, box.end, "{% endif %}")
    elif not _is_plain(span) or drawings.in_check_box(span):
        drawings.box_drawn_twice(editor, span, test)
    elif drawn == ticks.EMPTY or drawn in ticks.TYPED_CHECKS:
        editor.replace(span, f"{{{{ {path} | {spot.kind}({option}) }}}}")
    else:
        on, off = (drawn, empty) if empty is not None else (ticks.TICKED, drawn)
        editor.replace(span, f"{{% if {test} %}}{on}{{% else %}}{off}{{% endif %}}")


def _quoted(option: str) -> str:
    """An option as a string of the template language."""
    option = option.replace("\\", "\\\\")
    quote = "'" if any(c in option for c in '"“”') else '"'
    return f"{quote}{option.replace(quote, '')}{quote}"


# --- paragraphs and rows ---


def _room(editor: Editor, room: Room, spot: Spot) -> None:
    path = expression(spot.path) + (f" | limit({spot.limit})" if spot.limit else "")
    heading = room.heading.element
    part = editor.part_of(heading)
    model = room.hints[0].element if room.hints else None
    opening = _paragraph(part, heading, f"{{%p for {_LINE} in {path} | lines %}}", None if room.is_above else model)
    answer = _paragraph(part, heading, f"{{{{ {_LINE} }}}}", model, in_text_colour=room.is_soft)
    otherwise = _paragraph(part, heading, "{%p else %}") if room.hints else b""
    closing = _paragraph(part, heading, "{%p endfor %}")
    at, last = part.where(heading), part.where(room.hints[-1].element if room.hints else heading)
    if room.is_above:
        editor.edits.put(part, at.start, at.start, opening + answer + closing)
    else:
        first = at.start if room.heading in room.hints else at.end
        editor.edits.put(part, first, first, opening + answer + otherwise)
        editor.edits.put(part, last.end, last.end, closing)


def _paragraph(
    part: Part, near: Element, line: str, model: Element | None = None, *, in_text_colour: bool = False
) -> bytes:
    """A paragraph with one run, in the style of another but perhaps for its colour, named as `near` is."""
    properties = look = b""
    if model is not None:
        own = model.find(W + "pPr")
        properties = b"" if own is None else part.without(own, _OF_ONE_PARAGRAPH)
        run = next(model.iter(W + "r"), None)
        look = mark_properties(part, model) if run is None else properties_of(part, run)
        look = _in_text_colour(part, run) if in_text_colour and run is not None else look
    p = prefixed(near, "p").encode()
    return b"<" + p + b">" + properties + run_with(line, near, look) + b"</" + p + b">"


def _repeat(editor: Editor, repeat: Repeat, spot: Spot) -> None:
    first, last = repeat.rows[0], repeat.rows[-1]
    part, path = editor.part_of(first.element), expression(spot.path)
    opening, closing = [f"{{%tr for {_ROW} in {path} %}}"], ["{%tr else %}"]
    if repeat.group:
        runs = f'{{%tr for {_GROUP} in {path} | runs("{repeat.group}") %}}'
        opening, closing = [runs, f"{{%tr for {_ROW} in {_GROUP} %}}"], ["{%tr endfor %}", *closing]
    rows = [*(_tag_row(part, first, t) for t in opening), _record(part, repeat)]
    rows += [_tag_row(part, first, t) for t in closing]
    at, end = part.where(first.element).start, part.where(last.element).end
    editor.edits.put(part, at, at, b"".join(rows))
    editor.edits.put(part, end, end, _tag_row(part, first, "{%tr endfor %}"))


def _record(part: Part, repeat: Repeat) -> bytes:
    """The row of one record: the first of those printed, with a tag in each of its cells that has a column."""
    first, own = repeat.rows[0], Edits()
    row, gone = first.element, set[Element]()
    for original, column in zip(first.cells, repeat.columns, strict=False):
        cell = original.element
        if not column:
            _merge_on(own, part, cell, original)
            continue
        if (merge := cell.find(f"{W}tcPr/{W}vMerge")) is not None:
            own.remove(part, merge)
        tag = f"{{{{ {_ROW}.{column} }}}}" if column.isidentifier() else f'{{{{ {_ROW}["{column}"] }}}}'
        tag = words.sign_of_money(original.text) + tag
        gone.update(_only(own, part, cell, "{% vm %}" + tag if column == repeat.group else tag))
    for element in row.iter("*"):
        if element in gone:
            continue
        for name in _UNIQUE:
            own.attribute(part, element, name, None)
        if element.tag == W + "showingPlcHdr":
            own.remove(part, element)
    at = part.where(row)
    return part.applied(own, at.start, at.end)


def _merge_on(own: Edits, part: Part, cell: Element, original: Cell) -> None:
    """Makes a copied cell, whose label is merged over the rows, one that the records merge again."""
    merge = cell.find(f"{W}tcPr/{W}vMerge")
    text = next((t for t in cell.iter(W + "t") if t.text), None)
    if merge is not None and text is not None and not original.continues:
        own.remove(part, merge)
        own.text(part, text, 0, 0, "{% vm %}")


def _only(own: Edits, part: Part, cell: Element, tag: str) -> Iterator[Element]:
    """Makes a tag all that a copied cell shows; gives the elements that it takes the place of."""
    paragraphs = cell.findall(W + "p")
    if not paragraphs:
        return
    paragraph = paragraphs[0]
    runs = [r for r in paragraph.iter(W + "r") if not _is_inside_a_run(r, paragraph)]
    for extra in (*paragraphs[1:], *runs[1:]):
        own.remove(part, extra)
        yield from extra.iter("*")
    if runs:
        at = part.where(runs[0])
        own.put(part, at.start, at.end, run_with(tag, runs[0], properties_of(part, runs[0])))
        yield from runs[0].iter("*")
    else:
        own.append(part, paragraph, run_with(tag, paragraph, mark_properties(part, paragraph)))


def _is_inside_a_run(run: Element, paragraph: Element) -> bool:
    """Whether a run of a paragraph is drawn in another one, as those of text boxes are."""
    around = run.getparent()
    while around is not None and around is not paragraph and around.tag != W + "r":
        around = around.getparent()
    return around is not paragraph


def _tag_row(part: Part, like: Row, tag: str) -> bytes:
    """A row of one cell that holds a tag, as wide as another row."""
    near = like.element
    tr, tc, properties, span = (prefixed(near, name) for name in ("tr", "tc", "tcPr", "gridSpan"))
    wide = like.cells[-1].column + like.cells[-1].span - like.cells[0].column
    spanned = f'<{properties}><{span} {prefixed(near, "val")}="{wide}"/></{properties}>' if wide > 1 else ""
    return f"<{tr}><{tc}>{spanned}".encode() + _paragraph(part, near, tag) + f"</{tc}></{tr}>".encode()
