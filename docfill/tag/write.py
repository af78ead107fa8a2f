"""Writing: tags into the XML of a blank form, at the very places, without touching the look.

A tag takes the run that the blank is drawn in; an empty paragraph gets a run
with the properties of its paragraph mark, which Word uses for what is typed
there.  What is drawn as a blank stays where it is, as the `else` of its tag, so
that the blank form comes out as it was; only spaces become `blank(n)`.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence

from lxml import etree

from docfill import limits
from docfill.kinds import kind_named
from docfill.tag.spots import Fill, Repeat, Room, Spot, TickBox
from docfill.word import ticks, xml
from docfill.word.document import Cell, Element, Paragraph, Row
from docfill.word.xml import W14, W

_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_LETTERS_A_STEP = 80
_LINE, _ROW, _GROUP = "段", "行", "组"


def write(spots: Sequence[Spot]) -> None:
    """Writes the tags of spots into the tree that they were found in."""
    ends: list[tuple[Paragraph, int, int, Spot, Fill | TickBox]] = []
    for spot in spots:
        for edit in spot.edits:
            if isinstance(edit, Fill):
                ends.append((edit.paragraph, edit.start, edit.end, spot, edit))
            elif isinstance(edit, TickBox):
                ends.append((edit.paragraph, edit.at, edit.end, spot, edit))
    for paragraph, _, _, spot, edit in sorted(ends, key=lambda e: (id(e[0]), -e[1], -e[2])):
        if isinstance(edit, Fill):
            _fill(paragraph, edit, spot)
        else:
            _tick(paragraph, edit, spot)
    for spot in spots:
        for edit in spot.edits:
            if isinstance(edit, Room):
                _room(edit, spot)
            elif isinstance(edit, Repeat):
                _repeat(edit, spot)


def expression(path: str) -> str:
    """A dotted path as the template language spells it: keys that are no names stand in brackets."""
    first, *rest = path.split(".")
    return first + "".join(f".{s}" if s.isidentifier() else f'["{s}"]' for s in rest)


# --- blanks ---


def _fill(paragraph: Paragraph, fill: Fill, spot: Spot) -> None:
    drawn = paragraph.text[fill.start : fill.end]
    kind = kind_named(spot.kind).as_filter + spot.frame
    kind += f' | unit("{spot.unit}")' if spot.unit else ""
    kind += f" | limit({spot.limit})" if spot.limit else ""
    kind += " | optional" if spot.is_optional else ""
    path = expression(spot.path)
    if fill.prompted is not None:
        _draw_twice(fill.prompted, paragraph, path, f"{{{{ {path}{kind} }}}}")
    elif fill.is_replaced:
        _unfield(paragraph, fill)
        _replace(paragraph, fill.start, fill.end, f"{{{{ {path}{kind} }}}}")
    elif not paragraph.text:
        _into_empty(paragraph, f"{{{{ {path}{kind} }}}}")
    elif not drawn or set(drawn) <= {"\t"} or drawn.startswith("\t"):
        _insert_tag(paragraph, fill.start, f"{{{{ {path}{kind} }}}}")
    elif drawn == kind_named(spot.kind).blank and not spot.is_optional and _is_plain(paragraph, fill.start, fill.end):
        _replace(paragraph, fill.start, fill.end, f"{{{{ {path}{kind} }}}}")
    elif set(drawn) == {" "} and _is_plain(paragraph, fill.start, fill.end):
        _replace(paragraph, fill.start, fill.end, f"{{{{ {path}{kind} | blank({len(drawn)}) }}}}")
    else:
        _insert(paragraph, fill.end, "{% endif %}", is_after=True)
        _insert(paragraph, fill.start, f"{{% if {path} %}}{{{{ {path}{kind} }}}}{{% else %}}")


def _insert_tag(paragraph: Paragraph, at: int, tag: str) -> None:
    _insert(paragraph, at, tag, is_after=at > 0)


def _insert(paragraph: Paragraph, at: int, text: str, *, is_after: bool = False) -> None:
    """Inserts text in front of the character `at`, in the run of the one behind or (`is_after`) before it."""
    index = max(0, min(at - 1 if is_after else at, len(paragraph.text) - 1))
    number = max(i for i, (start, _) in enumerate(paragraph.owners) if start <= index)
    start, owner = paragraph.owners[number]
    if owner.tag == W + "t":
        shown = owner.text or ""
        owner.text = shown[: at - start] + text + shown[at - start :]
        owner.set(_SPACE, "preserve")
        return
    holder = owner.getparent()
    new = _text(text)
    if holder is not None and holder.tag != W + "r":
        run = etree.Element(W + "r")
        run.append(new)
        new = run
    if owner.tag == W + "fldChar" and holder is not None:
        new = _run_like(holder, text)
        owner = holder
    if is_after:
        owner.addnext(new)
    else:
        owner.addprevious(new)


def _replace(paragraph: Paragraph, start: int, end: int, text: str) -> None:
    """Puts text in the place of characters that all stand in w:t elements."""
    for number in range(len(paragraph.owners) - 1, -1, -1):
        at, owner = paragraph.owners[number]
        stop = paragraph.owners[number + 1][0] if number + 1 < len(paragraph.owners) else len(paragraph.text)
        low, high = max(at, start), min(stop, end)
        if low < high:
            shown = owner.text or ""
            limits.spend(len(shown) // _LETTERS_A_STEP)
            owner.text = shown[: low - at] + (text if at <= start < stop else "") + shown[high - at :]
            owner.set(_SPACE, "preserve")


def _is_plain(paragraph: Paragraph, start: int, end: int) -> bool:
    """Whether all characters of a stretch stand in w:t elements as they are shown."""
    for number, (at, owner) in enumerate(paragraph.owners):
        stop = paragraph.owners[number + 1][0] if number + 1 < len(paragraph.owners) else len(paragraph.text)
        until = min(stop, end)
        if max(at, start) < until and (owner.tag != W + "t" or not _begins_with(owner, paragraph.text[at:until])):
            return False
    return True


def _begins_with(owner: Element, shown: str) -> bool:
    """Whether a w:t still begins with what it showed; what stands behind may have been tagged already."""
    return (owner.text or "").startswith(shown)


def _into_empty(paragraph: Paragraph, tag: str) -> None:
    """A run in a paragraph that shows nothing, with the properties of its own run or of its mark."""
    element = paragraph.element
    runs = [r for r in element.iter(W + "r") if r.getparent() is not None]
    if runs:
        runs[0].append(_text(tag))
        return
    mark = element.find(f"{W}pPr/{W}rPr")
    run = etree.SubElement(element, W + "r")
    if mark is not None:
        properties = copy.deepcopy(mark)
        for child in list(properties):
            if xml.local(child) in ("ins", "del", "moveFrom", "moveTo", "rPrChange", "vanish", "specVanish"):
                properties.remove(child)
        run.append(properties)
    run.append(_text(tag))


def _unfield(paragraph: Paragraph, fill: Fill) -> None:
    """Takes a placeholder out of the field that shows it: Word would compute the answer away."""
    owner = paragraph.owner(fill.start)
    for simple in list(owner.iterancestors(W + "fldSimple")):
        for run in list(simple):
            simple.addprevious(run)
        simple.getparent().remove(simple)  # type: ignore[union-attr]
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
        element.getparent().remove(element)  # type: ignore[union-attr]


def _field_marks(element: Element) -> set[str]:
    return {mark.get(W + "fldCharType", "") for mark in element.iter(W + "fldChar")}


def _draw_twice(sdt: Element, paragraph: Paragraph, path: str, tag: str) -> None:
    """A content control that shows a prompt, once with the tag instead, and as it is where there is no answer."""
    if sdt not in paragraph.element.iter(W + "sdt"):
        sdt = _moved_inside(sdt, paragraph.element)
    answered = copy.deepcopy(sdt)
    _unprompt(answered)
    content = answered.find(W + "sdtContent")
    shown = next(sdt.iter(W + "r"), None)
    look = sdt.find(f"{W}sdtPr/{W}rPr")
    run = etree.Element(W + "r")
    drawn = look if look is not None else None if shown is None else shown.find(W + "rPr")
    if drawn is not None:
        properties = copy.deepcopy(drawn)
        run.append(properties)
        for style in properties.findall(W + "rStyle"):
            properties.remove(style)
    run.append(_text(tag))
    if content is not None:
        content[:] = [run]
    for element in (_run_like(run, f"{{% if {path} %}}"), answered, _run_like(run, "{% else %}")):
        sdt.addprevious(element)
    sdt.addnext(_run_like(run, "{% endif %}"))


def _moved_inside(sdt: Element, paragraph: Element) -> Element:
    """A control around a paragraph or its cell, as one inside the paragraph around all its runs."""
    inner = etree.Element(W + "sdt")
    inner.extend(copy.deepcopy(e) for e in sdt.findall(W + "sdtPr"))
    content = etree.SubElement(inner, W + "sdtContent")
    content.extend([e for e in paragraph if e.tag != W + "pPr"])
    paragraph.append(inner)
    for held in sdt.findall(W + "sdtContent"):
        for element in list(held):
            sdt.addprevious(element)
    parent = sdt.getparent()
    if parent is not None:
        parent.remove(sdt)
    return inner


def _unprompt(element: Element) -> None:
    """What it holds is no prompt from now on."""
    for prompt in list(element.iter(W + "showingPlcHdr")):
        prompt.getparent().remove(prompt)  # type: ignore[union-attr]


def _text(shown: str) -> Element:
    text = etree.Element(W + "t")
    text.text = shown
    text.set(_SPACE, "preserve")
    return text


def _run_like(run: Element, shown: str) -> Element:
    new = etree.Element(W + "r")
    properties = run.find(W + "rPr")
    if properties is not None:
        new.append(copy.deepcopy(properties))
    new.append(_text(shown))
    return new


# --- boxes ---


def _tick(paragraph: Paragraph, box: TickBox, spot: Spot) -> None:
    path, option = expression(spot.path), _quoted(box.option)
    test = f"{option} in {path}" if kind_named(spot.kind).is_many else f"{path} == {option}"
    if box.end - box.at > 1:
        _insert(paragraph, box.end, "{% endif %}", is_after=True)
        opening, closing = paragraph.text[box.at], paragraph.text[box.end - 1]
        _insert(paragraph, box.at, f"{{% if {test} %}}{opening}√{closing}{{% else %}}")
        return
    owner = paragraph.owner(box.at)
    drawn = paragraph.text[box.at]
    at = box.at - _start(paragraph, owner)
    if owner.tag == W + "t" and (owner.text or "")[at] == drawn:
        tag = f"{{{{ {path} | {spot.kind}({option}) }}}}"
        if drawn != ticks.EMPTY:
            on, off = (drawn, ticks.EMPTIED[drawn]) if drawn in ticks.EMPTIED else (ticks.TICKED, drawn)
            tag = f"{{% if {test} %}}{on}{{% else %}}{off}{{% endif %}}"
        _replace(paragraph, box.at, box.at + 1, tag)
        return
    elements = _drawing(owner, at)
    ticked = [copy.deepcopy(e) for e in elements]
    for is_ticked, drawing in ((True, ticked), (False, elements)):
        for element in drawing:
            if is_ticked or drawn in ticks.EMPTIED:
                _set_state(element, is_ticked)
    run = elements[0] if elements[0].tag == W + "r" else next(elements[0].iter(W + "r"), elements[0])
    for element in (_plain_run(run, f"{{% if {test} %}}"), *ticked, _plain_run(run, "{% else %}")):
        elements[0].addprevious(element)
    elements[-1].addnext(_plain_run(run, "{% endif %}"))


def _plain_run(run: Element, shown: str) -> Element:
    """A run in the look of another, but never in a symbol font."""
    new = _run_like(run, shown)
    for fonts in list(new.iter(W + "rFonts")):
        for name in ("ascii", "hAnsi", "hint"):
            if fonts.get(W + name, "").lower() in {*ticks.SYMBOL_FONTS, "symbol"}:
                del fonts.attrib[W + name]
    return new


def _quoted(option: str) -> str:
    """An option as a string of the template language."""
    option = option.replace("\\", "\\\\")
    quote = "'" if any(c in option for c in '"“”') else '"'
    return f"{quote}{option.replace(quote, '')}{quote}"


def _start(paragraph: Paragraph, owner: Element) -> int:
    return next(start for start, element in paragraph.owners if element is owner)


def _drawing(owner: Element, at: int) -> list[Element]:
    """The runs, or the content control, that draw one box: the character `at` of a w:t, or all that the owner shows."""
    control = next(
        (
            a
            for a in (owner, *owner.iterancestors(W + "sdt"))
            if a.tag == W + "sdt" and a.find(f"{W}sdtPr/{W14}checkbox") is not None
        ),
        None,
    )
    if control is not None:
        return [control]
    run = owner if owner.tag == W + "r" else next(owner.iterancestors(W + "r"))
    if owner.tag == W + "t":
        owner = _letter(owner, at)
    if owner.tag != W + "fldChar":
        return [_alone(run, owner)]
    elements, depth = [run], 0
    while True:
        for mark in elements[0].iter(W + "fldChar"):
            depth += {"end": 1, "begin": -1}.get(mark.get(W + "fldCharType", ""), 0)
        before = elements[0].getprevious()
        if depth <= 0 or before is None:
            return elements
        elements.insert(0, before)


def _letter(owner: Element, at: int) -> Element:
    """One character of a w:t as a w:t of its own; what stands before stays in the old one."""
    shown = owner.text or ""
    own, behind = _text(shown[at]), _text(shown[at + 1 :])
    owner.text = shown[:at]
    owner.set(_SPACE, "preserve")
    owner.addnext(own)
    if behind.text:
        own.addnext(behind)
    return own


def _alone(run: Element, owner: Element) -> Element:
    """The run of a symbol, parted from what else stood in it."""
    while owner.getparent() is not run:  # a symbol by mistake inside a w:t
        owner = owner.getparent()  # type: ignore[assignment]
    children = [c for c in run if c.tag != W + "rPr"]
    index = children.index(owner)
    for part, is_before in ((children[:index], True), (children[index + 1 :], False)):
        if part:
            other = etree.Element(W + "r")
            properties = run.find(W + "rPr")
            if properties is not None:
                other.append(copy.deepcopy(properties))
            other.extend(part)
            (run.addprevious if is_before else run.addnext)(other)
    return run


def _set_state(element: Element, is_ticked: bool) -> None:
    """Makes what draws a box draw it ticked or empty: the state and what is shown, in step."""
    for mark in [*element.iter(W + "bookmarkStart"), *element.iter(W + "bookmarkEnd")]:
        if is_ticked and mark is not element:
            mark.getparent().remove(mark)  # type: ignore[union-attr]
    for symbol in element.iter(W + "sym"):
        font, code = ticks.symbol_of(symbol.get(W + "font", ""), is_ticked)
        symbol.set(W + "font", font)
        symbol.set(W + "char", f"{code:04X}")
    for box, name in [
        *((b, W14) for b in element.iter(W14 + "checkbox")),
        *((b, W) for b in element.iter(W + "checkBox")),
    ]:
        state = box.find(name + "checked")
        if state is None:
            state = etree.SubElement(box, name + "checked")
        state.set(name + "val", str(int(is_ticked)))
    fonts = next(element.iter(W + "rFonts"), None)
    font = "" if fonts is None else fonts.get(W + "ascii", fonts.get(W + "hAnsi", ""))
    for text in element.iter(W + "t"):
        text.text = "".join(_in_state(c, font, is_ticked) for c in text.text or "")


def _in_state(char: str, font: str, is_ticked: bool) -> str:
    """A character that draws a box in the other state; any other as it is."""
    if font.lower() in ticks.SYMBOL_FONTS:
        drawn = ticks.text_from_symbols(font.lower(), char)
        if drawn not in ticks.MARKS:
            return char
        own, code = ticks.symbol_of(font, is_ticked)
        return chr((0xF000 if ord(char) >= 0xF000 else 0) + code) if own == font else ticks.TICKED
    if ticks.MARKS.get(char) is (not is_ticked):
        return ticks.TICKED if is_ticked else ticks.EMPTIED.get(char, ticks.EMPTY)
    return char


# --- paragraphs and rows ---


def _room(room: Room, spot: Spot) -> None:
    path = expression(spot.path) + (f" | limit({spot.limit})" if spot.limit else "")
    model = room.hints[0].element if room.hints else None
    here = room.heading.element
    if room.is_above:
        for line in (f"{{%p for {_LINE} in {path} | lines %}}", f"{{{{ {_LINE} }}}}", "{%p endfor %}"):
            here.addprevious(_paragraph_like(None, line))
        return
    for line in (f"{{%p for {_LINE} in {path} | lines %}}", f"{{{{ {_LINE} }}}}"):
        here.addnext(new := _paragraph_like(model, line))
        here = new
    if room.hints:
        here.addnext(new := _paragraph_like(None, "{%p else %}"))
        last = room.hints[-1].element
        last.addnext(_paragraph_like(None, "{%p endfor %}"))
    else:
        here.addnext(_paragraph_like(None, "{%p endfor %}"))


def _paragraph_like(model: Element | None, line: str) -> Element:
    """A paragraph with one run, in the style of another."""
    paragraph = etree.Element(W + "p")
    run = etree.SubElement(paragraph, W + "r")
    if model is not None:
        properties = model.find(W + "pPr")
        if properties is not None:
            paragraph.insert(0, copy.deepcopy(properties))
        first = next(model.iter(W + "r"), None)
        looks = first.find(W + "rPr") if first is not None else model.find(f"{W}pPr/{W}rPr")
        if looks is not None:
            run.append(copy.deepcopy(looks))
    run.append(_text(line))
    return paragraph


def _repeat(repeat: Repeat, spot: Spot) -> None:
    first, last = repeat.rows[0], repeat.rows[-1]
    path = expression(spot.path)
    body = copy.deepcopy(first.element)
    for element in body.iter():
        for name in ("paraId", "textId"):
            if element.get(W14 + name) is not None:
                del element.attrib[W14 + name]
    _unprompt(body)
    cells = [c for c in body.iter(W + "tc") if next(c.iterancestors(W + "tr")) is body]
    for cell, original, column in zip(cells, first.cells, repeat.columns, strict=False):
        if not column:
            _merge_on(cell, original)
            continue
        tag = f"{{{{ {_ROW}.{column} }}}}" if column.isidentifier() else f'{{{{ {_ROW}["{column}"] }}}}'
        merge = cell.find(f"{W}tcPr/{W}vMerge")
        if merge is not None:
            merge.getparent().remove(merge)  # type: ignore[union-attr]
        if column == repeat.group:
            tag = "{% vm %}" + tag
        _only(cell, original, tag)
    opening = [f"{{%tr for {_ROW} in {path} %}}"]
    closing = ["{%tr endfor %}"]
    if repeat.group:
        opening = [f'{{%tr for {_GROUP} in {path} | runs("{repeat.group}") %}}', f"{{%tr for {_ROW} in {_GROUP} %}}"]
    rows = [*(_tag_row(first, t) for t in opening), body]
    if repeat.group:
        rows.append(_tag_row(first, "{%tr endfor %}"))
    rows.append(_tag_row(first, "{%tr else %}"))
    for row in rows:
        first.element.addprevious(row)
    last.element.addnext(_tag_row(first, closing[0]))


def _merge_on(cell: Element, original: Cell) -> None:
    """Makes a copied cell, whose label is merged over the rows, one that the records merge again."""
    merge = cell.find(f"{W}tcPr/{W}vMerge")
    text = next((t for t in cell.iter(W + "t") if t.text), None)
    if merge is not None and text is not None and not original.continues:
        merge.getparent().remove(merge)  # type: ignore[union-attr]
        text.text = "{% vm %}" + (text.text or "")


def _only(cell: Element, original: Cell, tag: str) -> None:
    """Makes a tag all that a copied cell shows."""
    paragraphs = cell.findall(W + "p")
    for extra in paragraphs[1:]:
        cell.remove(extra)
    if not paragraphs:
        return
    paragraph = paragraphs[0]
    runs = list(paragraph.iter(W + "r"))
    for run in runs:
        for child in list(run):
            if child.tag != W + "rPr":
                run.remove(child)
    for run in runs[1:]:
        parent = run.getparent()
        if parent is not None:
            parent.remove(run)
    _into_empty(Paragraph(paragraph), tag)


def _tag_row(like: Row, tag: str) -> Element:
    row = etree.Element(W + "tr")
    cell = etree.SubElement(row, W + "tc")
    span = sum(c.span for c in like.cells)
    if span > 1:
        properties = etree.SubElement(cell, W + "tcPr")
        etree.SubElement(properties, W + "gridSpan").set(W + "val", str(span))
    cell.append(_paragraph_like(None, tag))
    return row
