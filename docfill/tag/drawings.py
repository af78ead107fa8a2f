"""What is drawn twice in a template, with an answer and without: prompts, and boxes that are no characters.

    {% if x == "是" %}the box, ticked{% else %}the box, empty{% endif %}

The drawing without an answer is the blank's own, which stays where it is; the other one is a copy of its
bytes in which the state and what is shown are in step.
"""

from __future__ import annotations

from docfill.word import ticks, xml
from docfill.word.controls import sign_of
from docfill.word.document import Element, Paragraph
from docfill.word.edit import Editor, Piece, pieces_of, run_with
from docfill.word.part import Edits, Part, Unplaceable, prefixed
from docfill.word.span import Span
from docfill.word.xml import W14, W

_SYMBOLS = {*ticks.SYMBOL_FONTS, "symbol"}


def properties_of(part: Part, run: Element) -> bytes:
    """The properties of a run as they stand."""
    return b"".join(part.bytes_of(p) for p in run.iterfind(W + "rPr"))


# --- prompts ---


def prompt_drawn_twice(editor: Editor, sdt: Element, paragraph: Paragraph, path: str, tag: str) -> None:
    """A content control that shows a prompt, once with the tag instead, and as it is where there is no answer."""
    part = editor.part_of(sdt)
    look = _look_of_prompt(part, sdt)
    opening = run_with(f"{{% if {path} %}}", sdt, look) + _answered(part, sdt, run_with(tag, sdt, look))
    opening += run_with("{% else %}", sdt, look)
    closing = run_with("{% endif %}", sdt, look)
    at = part.where(sdt)
    if paragraph.element in sdt.iterancestors():
        editor.edits.put(part, at.start, at.start, opening)
        editor.edits.put(part, at.end, at.end, closing)
        return
    # a control around the paragraph or its cell becomes one inside the paragraph, around all its runs
    outer = next(sdt.iterchildren(W + "sdtContent"))
    content, own, properties = part.where(outer), part.where(paragraph.element), paragraph.element.find(W + "pPr")
    first = own.inside if properties is None else part.where(properties).end
    head, tail = part.data[at.start : content.inside], part.data[content.outside : at.end]
    editor.edits.put(part, at.start, content.inside, b"")
    editor.edits.put(part, content.outside, at.end, b"")
    editor.edits.put(part, first, first, opening + head)
    editor.edits.put(part, own.outside, own.outside, tail + closing)


def _look_of_prompt(part: Part, sdt: Element) -> bytes:
    """The properties of what is typed into a control: those that it has for it, or its prompt's without the style."""
    look = sdt.find(f"{W}sdtPr/{W}rPr")
    shown = next(sdt.iter(W + "r"), None)
    look = look if look is not None else None if shown is None else shown.find(W + "rPr")
    return b"" if look is None else part.without(look, ("rStyle",))


def _answered(part: Part, sdt: Element, run: bytes) -> bytes:
    """A control that holds a run, and no prompt."""
    own = Edits()
    for prompt in sdt.iter(W + "showingPlcHdr"):
        own.remove(part, prompt)
    kept = (part.where(e) for e in sdt if xml.local(e) in ("sdtPr", "sdtEndPr"))
    inside = b"".join(part.applied(own, at.start, at.end) for at in kept)
    outer, content = (prefixed(sdt, name).encode() for name in ("sdt", "sdtContent"))
    return b"<" + outer + b">" + inside + b"<" + content + b">" + run + b"</" + content + b"></" + outer + b">"


# --- boxes ---


def in_check_box(span: Span) -> bool:
    """Whether a box is all that is in a check box of a line: a control that keeps its state beside what it shows."""
    around = [e for piece in pieces_of(span) for e in _control(piece.element)]
    is_in_line = bool(around) and next(around[0].iter(W + "p"), None) is None
    return is_in_line and "".join(t.text or "" for t in around[0].iter(W + "t")).strip() == span.text


def box_drawn_twice(editor: Editor, span: Span, test: str) -> None:
    """A box that is no character of its own, drawn ticked where a test holds and empty where it does not.

    Raises:
        Unplaceable: it is drawn by letters that show something else.
    """
    (piece,) = pieces_of(span)
    part, is_ticked = editor.part_of(piece.element), ticks.emptied(span.text) is not None
    elements = _control(piece.element) or _field(piece.element)
    if not elements:
        _run_drawn_twice(editor, part, span, piece, test)
        return
    start, end = part.where(elements[0]).start, part.where(elements[-1]).end
    ticked = Edits()
    for element in elements:
        _draw(ticked, part, element, is_ticked=True)
        for mark in element.iter(W + "bookmarkStart", W + "bookmarkEnd"):
            ticked.remove(part, mark)  # a name stands for one place
        if is_ticked:
            _draw(editor.edits, part, element, is_ticked=False)
    look = _plain_look(part, next(elements[0].iter(W + "r"), elements[0]))
    before, between, behind = (run_with(t, elements[0], look) for t in _parts(test))
    editor.edits.put(part, start, start, before + part.applied(ticked, start, end) + between)
    editor.edits.put(part, end, end, behind)


def _parts(test: str) -> tuple[str, str, str]:
    return f"{{% if {test} %}}", "{% else %}", "{% endif %}"


def _run_drawn_twice(editor: Editor, part: Part, span: Span, piece: Piece, test: str) -> None:
    """A box that is a symbol in a run, or one letter of a symbol font."""
    element, is_ticked = piece.element, ticks.emptied(span.text) is not None
    run = next(element.iterancestors(W + "r"))
    look = properties_of(part, run)
    if piece.is_text:
        letter, font = (element.text or "")[piece.start], _font(run)
        ticked = run_with(_in_state(letter, font, True), run, look)
        if is_ticked:
            editor.edits.text(part, element, piece.start, piece.start + 1, _in_state(letter, font, False))
    elif element.tag == W + "t":
        raise Unplaceable("勾选框的字符读法与写法不同", "the letters of a box are not what it shows")
    else:
        own, at, r = Edits(), part.where(element), prefixed(run, "r").encode()
        _draw(own, part, element, is_ticked=True)
        ticked = b"<" + r + b">" + look + part.applied(own, at.start, at.end) + b"</" + r + b">"
        if is_ticked:
            _draw(editor.edits, part, element, is_ticked=False)
    before, between, behind = (run_with(t, run, _plain_look(part, run)) for t in _parts(test))
    editor.around(span, (before + ticked + between).decode(), behind.decode())


def _plain_look(part: Part, run: Element) -> bytes:
    """The properties of a run, but never a symbol font."""
    own = Edits()
    for fonts in run.iter(W + "rFonts"):
        for name in ("ascii", "hAnsi", "hint"):
            if fonts.get(W + name, "").lower() in _SYMBOLS:
                own.attribute(part, fonts, W + name, None)
    where = [part.where(p) for p in run.iterfind(W + "rPr")]
    return b"".join(part.applied(own, at.start, at.end) for at in where)


def _control(owner: Element) -> list[Element]:
    """The content control that draws a box, if one does."""
    around = (owner, *owner.iterancestors(W + "sdt"))
    return [e for e in around if e.tag == W + "sdt" and e.find(f"{W}sdtPr/{W14}checkbox") is not None][:1]


def _field(owner: Element) -> list[Element]:
    """The runs of the form field that draws a box, if one does: from its beginning to its end."""
    if owner.tag != W + "fldChar":
        return []
    elements, depth = [next(owner.iterancestors(W + "r"))], 0
    while True:
        for mark in elements[0].iter(W + "fldChar"):
            depth += {"end": 1, "begin": -1}.get(mark.get(W + "fldCharType", ""), 0)
        before = elements[0].getprevious()
        if depth <= 0 or before is None:
            return elements
        elements.insert(0, before)


def _draw(edits: Edits, part: Part, element: Element, *, is_ticked: bool) -> None:
    """Makes what draws a box draw it ticked or empty: the state and what is shown, in step."""
    for symbol in element.iter(W + "sym"):
        font, code = ticks.symbol_of(symbol.get(W + "font", ""), is_ticked)
        edits.attribute(part, symbol, W + "font", font)
        edits.attribute(part, symbol, W + "char", f"{code:04X}")
    for box, name in [(b, n) for n, tag in ((W14, "checkbox"), (W, "checkBox")) for b in element.iter(n + tag)]:
        state, value = box.find(name + "checked"), str(int(is_ticked))
        if state is not None:
            edits.attribute(part, state, name + "val", value)
        else:
            edits.append(part, box, f'<{prefixed(box, "checked")} {prefixed(box, "val")}="{value}"/>'.encode())
    font = _font(element)
    own = next((sign_of(box, is_ticked)[0] for box in element.iter(W14 + "checkbox")), "")
    for text in element.iter(W + "t"):
        shown = "".join(_in_state(c, font, is_ticked, own) for c in text.text or "")
        edits.text(part, text, 0, len(text.text or ""), shown)


def _font(element: Element) -> str:
    fonts = next(element.iter(W + "rFonts"), None)
    return "" if fonts is None else fonts.get(W + "ascii", fonts.get(W + "hAnsi", ""))


def _in_state(char: str, font: str, is_ticked: bool, own: str = "") -> str:
    """A character that draws a box in the other state, by the sign of a check box's `own`; any other as it is."""
    if font.lower() in ticks.SYMBOL_FONTS:
        drawn = ticks.text_from_symbols(font.lower(), char)
        if drawn not in ticks.MARKS:
            return char
        own, code = ticks.symbol_of(font, is_ticked)
        return chr((0xF000 if ord(char) >= 0xF000 else 0) + code) if own == font else ticks.TICKED
    if ticks.MARKS.get(char) is (not is_ticked):
        return own if own else ticks.TICKED if is_ticked else ticks.EMPTIED.get(char, ticks.EMPTY)
    return char
