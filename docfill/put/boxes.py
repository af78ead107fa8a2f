"""Ticks put at their place, drawn as this document draws them.

A box is a character, a w:sym or a letter in a symbol font, a content control or a
legacy form field; a tick may stand beside it, or in brackets, or alone; or only the
chosen option was left.  The state and what is seen of it change in step.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from docfill.read.assignment import Mark
from docfill.word import ticks
from docfill.word.controls import sign_of
from docfill.word.document import Element
from docfill.word.edit import Editor, Piece, pieces_of
from docfill.word.part import Unplaceable, prefixed
from docfill.word.span import Span
from docfill.word.xml import W14, W

_EMPTY_OF = {**dict.fromkeys(ticks.TICKED_BOXES, "□"), **dict.fromkeys(ticks.TICKED_CIRCLES, "○")}
_TICKED_OF = {**dict.fromkeys(ticks.BOXES, ticks.TICKED), **dict.fromkeys(ticks.CIRCLES, "●")}
_BRACKETS = dict(zip("（([【〔［", "）)]】〕］", strict=True))


def put_ticks(editor: Editor, marks: Sequence[Mark], chosen: Collection[str]) -> None:
    """Draws which options are chosen; those that are drawn so already are left alone.

    Raises:
        Unplaceable: an option has no place in the document, or is drawn in a way that can't be changed.
    """
    worded = [m for m in marks if m.words is not None]
    if worded:
        _printed(editor, worded, chosen)
        return
    placed = [m for m in marks if m.spans]
    drawn = [m for m in placed if any(span.start < span.end for span in m.spans)]
    if not drawn and len(placed) < len(marks):
        _only_left(editor, marks, placed, chosen)
        return
    style = _Style.of(drawn, is_bare=len(drawn) < len(placed))
    for mark in marks:
        wanted = mark.option in chosen
        if mark.is_ticked is wanted and not (wanted and _is_doubtful(mark)):
            continue
        if not mark.spans:
            option = mark.option
            raise Unplaceable(f"找不到选项“{option}”的勾选位置", f'no place was found to tick the option "{option}"')
        if wanted:
            _tick(editor, mark, style)
        else:
            _clear(editor, mark, style)


def _is_doubtful(mark: Mark) -> bool:
    return mark.is_ticked is None


@dataclass(frozen=True, slots=True)
class _Style:
    """How a group is drawn: the sign of an empty box and of a ticked one, and that of a loose tick, as far as seen.

    `is_bare`: nothing is drawn at an option that is not chosen.
    """

    empty: str = ""
    ticked: str = ""
    loose: str = ""
    is_bare: bool = False

    @classmethod
    def of(cls, drawn: Iterable[Mark], *, is_bare: bool) -> _Style:
        """The style of the marks of a group."""
        drawn = [*drawn]
        signs = [char for mark in drawn for span in mark.spans for char in span.text]
        blank = [char for mark in drawn if mark.is_ticked is False for span in mark.spans for char in span.text]
        return cls(
            next((c for c in (*blank, *signs) if c in ticks.EMPTY_MARKS), ""),
            next((c for c in signs if c in ticks.TICKED_BOXES + ticks.TICKED_CIRCLES), ""),
            next((c for c in signs if c in ticks.CHECKS), ""),
            is_bare,
        )


def _tick(editor: Editor, mark: Mark, style: _Style) -> None:
    """An option that was not chosen."""
    signs = [*_signs(mark.spans)]
    box = next((s for s in signs if s.text in ticks.EMPTY_MARKS), None)
    if box is not None:
        same = style.ticked if (style.ticked in ticks.TICKED_CIRCLES) == (box.text in ticks.CIRCLES) else ""
        for other in signs:
            if other is not box:
                editor.replace(other, "")
        _redraw(editor, box, same or _TICKED_OF[box.text])
    elif bracket := next((s for s in signs if s.text in _BRACKETS), None):
        _in_brackets(editor, mark, bracket, style.loose or "√")
    elif signs:
        _redraw(editor, signs[0], style.ticked or style.loose or ticks.TICKED)
        for other in signs[1:]:
            editor.replace(other, "")
    else:
        editor.insert(mark.spans[0].paragraph, mark.spans[0].start, style.loose or "√")


def _clear(editor: Editor, mark: Mark, style: _Style) -> None:
    """An option that was chosen, or that nobody can tell."""
    signs = [*_signs(mark.spans)]
    boxes = [s for s in signs if s.text in ticks.EMPTY_MARKS or s.text in _EMPTY_OF]
    if bracket := next((s for s in signs if s.text in _BRACKETS), None):
        _in_brackets(editor, mark, bracket, " ")
        return
    for sign in signs:
        if sign.text in _EMPTY_OF:
            same = style.empty if (style.empty in ticks.CIRCLES) == (sign.text in ticks.TICKED_CIRCLES) else ""
            _redraw(editor, sign, same or _EMPTY_OF[sign.text])
        elif sign.text in ticks.CIRCLES and mark.is_ticked and style.empty:
            _redraw(editor, sign, style.empty)  # a ring that chose, where the others have boxes
        elif sign.text not in ticks.EMPTY_MARKS:
            if boxes or style.is_bare:
                editor.replace(sign, "")
            else:
                _redraw(editor, sign, style.empty or ticks.EMPTY)


def _signs(spans: Iterable[Span]) -> Iterable[Span]:
    """Each character of some spans that is drawn."""
    for span in spans:
        for at in range(span.start, span.end):
            sign = Span(span.paragraph, at, at + 1)
            if not sign.text.isspace():
                yield sign


def _in_brackets(editor: Editor, mark: Mark, opening: Span, sign: str) -> None:
    """What stands between the brackets of a mark."""
    closing = _BRACKETS[opening.text]
    text = opening.paragraph.text
    end = text.find(closing, opening.end)
    if end < 0:
        raise Unplaceable(f"“{mark.drawn}”的括号没有配对", f'the brackets of "{mark.drawn}" have no partner')
    inside = Span(opening.paragraph, opening.end, end)
    if inside.start < inside.end:
        editor.replace(inside, sign)
    else:
        editor.insert(opening.paragraph, opening.end, sign)


def _printed(editor: Editor, marks: Sequence[Mark], chosen: Collection[str]) -> None:
    """Options that the form says in words of its own."""
    done: set[tuple[int, int, int]] = set()
    for mark in marks:
        words, span = mark.words, next(iter(mark.spans), None)
        if words is None or span is None:
            raise Unplaceable("交回的表里没有这一处", "its place is not there")
        at = id(span.paragraph), span.start, span.end
        if at not in done:
            done.add(at)
            said = next((t for t, o in zip(words.texts, words.options, strict=True) if o in chosen), words.texts[-1])
            for other in mark.spans[1:]:
                editor.replace(other, "")
            if said.strip() != span.text.strip():
                editor.replace(span, said)


def _only_left(editor: Editor, marks: Sequence[Mark], placed: Sequence[Mark], chosen: Collection[str]) -> None:
    """No box is drawn, and only what was chosen stands there: other words for it."""
    if len(placed) != 1 or len(chosen) != 1 or not placed[0].label:
        raise Unplaceable("只留下了所选的选项，没有可勾选的位置", "only the chosen options were left")
    (option,) = chosen
    if option not in {m.option for m in marks}:
        raise Unplaceable(f"没有选项“{option}”", f'there is no option "{option}"')
    label = placed[0].label[0]
    at = label.text.find(placed[0].option)
    if at < 0:
        raise Unplaceable(f"“{label.text}”不是选项的原文", f'"{label.text}" is not as the form has it')
    editor.replace(label.part(at, at + len(placed[0].option)), option)


# --- one sign ---


def _redraw(editor: Editor, sign: Span, new: str) -> None:
    """Another sign for one, in whatever way it is drawn."""
    piece = next(pieces_of(sign), None)
    if piece is None:
        raise Unplaceable("找不到方框", "the box is not there")
    element = piece.element
    control = _box_control(element)
    if control is not None:
        _switch_control(editor, control, new)
    elif element.tag == W + "fldChar":
        _switch_field(editor, element, new)
    elif element.tag == W + "sym":
        _switch_symbol(editor, piece, new)
    elif piece.is_text and (element.text or "")[piece.start : piece.start + 1] != sign.text:
        _switch_letter(editor, piece, new)
    else:
        editor.replace(sign, new)


def _is_on(sign: str) -> bool:
    return ticks.MARKS.get(sign, True)


def _box_control(element: Element) -> Element | None:
    """The content control of a check box that an element stands in, or is."""
    around = (element, *element.iterancestors(W + "sdt"))
    return next((e for e in around if e.tag == W + "sdt" and e.find(f"{W}sdtPr/{W14}checkbox") is not None), None)


def _switch_control(editor: Editor, control: Element, new: str) -> None:
    """A check box: its state, and the sign that its state asks for ([MS-DOCX] 2.6.1)."""
    part = editor.part_of(control)
    box = control.find(f"{W}sdtPr/{W14}checkbox")
    assert box is not None
    is_on = _is_on(new)
    state = box.find(W14 + "checked")
    if state is not None:
        name = next((str(k) for k in state.attrib if str(k).endswith("val")), W14 + "val")
        editor.edits.attribute(part, state, name, "1" if is_on else "0")
    else:
        where, name = part.where(box), prefixed(box, "checked")
        mark = f'<{name} {prefixed(box, "val")}="{int(is_on)}"/>'.encode()
        if where.is_empty:
            tag = part.data[where.start : where.end]
            closing = tag[1:].split(None, 1)[0].rstrip(b"/>")
            editor.edits.put(part, where.end - 2, where.end, b">" + mark + b"</" + closing + b">")
        else:
            editor.edits.put(part, where.inside, where.inside, mark)
    sign, font = sign_of(box, is_on)
    content = control.find(W + "sdtContent")
    for drawn in content.iter(W + "t", W + "sym") if content is not None else ():
        if drawn.tag == W + "t" and (drawn.text or "").strip():
            editor.edits.text(part, drawn, 0, len(drawn.text or ""), sign)
            _set_font(editor, drawn, font)
            return
        if drawn.tag == W + "sym":
            editor.edits.attribute(part, drawn, W + "char", f"{ord(sign):04X}")
            if font:
                editor.edits.attribute(part, drawn, W + "font", font)
            return


def _set_font(editor: Editor, drawn: Element, font: str) -> None:
    """The font of the run that draws a sign, where it has one of its own."""
    run = drawn.getparent()
    fonts = run.find(f"{W}rPr/{W}rFonts") if run is not None else None
    if fonts is None or not font:
        return
    for name in ("ascii", "hAnsi", "eastAsia", "cs"):
        if fonts.get(W + name) not in (None, font):
            editor.edits.attribute(editor.part_of(fonts), fonts, W + name, font)


def _switch_field(editor: Editor, mark: Element, new: str) -> None:
    """A legacy check box (17.16.7): its state is all that is stored."""
    begin = _begin_of(mark)
    box = begin.find(f"{W}ffData/{W}checkBox") if begin is not None else None
    if box is None:
        raise Unplaceable("不是复选框", "it is no check box")
    part = editor.part_of(box)
    state = box.find(W + "checked")
    value = "1" if _is_on(new) else "0"
    if state is not None:
        editor.edits.attribute(part, state, W + "val", value)
        return
    where = part.where(box)
    if where.is_empty:
        raise Unplaceable("复选框没有内容", "the check box is empty")
    own = f'<{prefixed(box, "checked")} {prefixed(box, "val")}="{value}"/>'.encode()
    editor.edits.put(part, where.outside, where.outside, own)


def _begin_of(mark: Element) -> Element | None:
    """The w:fldChar that begins the field which one ends, in its paragraph."""
    paragraph = next(mark.iterancestors(W + "p"), None)
    begun: list[Element] = []
    for other in paragraph.iter(W + "fldChar") if paragraph is not None else ():
        kind = other.get(W + "fldCharType")
        if kind == "begin":
            begun.append(other)
        elif kind == "end" and begun:
            begin = begun.pop()
            if other is mark:
                return begin
    return None


def _switch_symbol(editor: Editor, piece: Piece, new: str) -> None:
    """A w:sym (17.3.3.30): the code of the new sign in the same font."""
    font = piece.element.get(W + "font", "")
    old = piece.element.get(W + "char", "")
    code = _code_in(font, new)
    offset = 0xF000 if old[:1] in "fF" and len(old) == 4 else 0
    editor.edits.attribute(editor.part_of(piece.element), piece.element, W + "char", f"{offset + code:04X}")


def _switch_letter(editor: Editor, piece: Piece, new: str) -> None:
    """A letter whose run has a symbol font."""
    run = piece.element.getparent()
    fonts = run.find(f"{W}rPr/{W}rFonts") if run is not None else None
    named = [fonts.get(W + n, "") for n in ("ascii", "hAnsi")] if fonts is not None else []
    font = next((name for name in named if name.lower() in ticks.SYMBOL_FONTS), "")
    old = (piece.element.text or "")[piece.start]
    code = _code_in(font, new) + (0xF000 if ord(old) >= 0xF000 else 0)
    editor.edits.text(editor.part_of(piece.element), piece.element, piece.start, piece.start + 1, chr(code))


_PREFERRED = {
    ("wingdings", True): 0xFE,
    ("wingdings", False): 0xA8,
    ("wingdings 2", True): 0x52,
    ("wingdings 2", False): 0xA3,
    ("webdings", True): 0x67,
    ("webdings", False): 0x63,
}


def _code_in(font: str, sign: str) -> int:
    """The code at which a symbol font draws a sign, or one that says the same."""
    own = [code for (name, code), char in ticks.SYMBOLS.items() if name == font.lower() and char == sign]
    preferred = _PREFERRED.get((font.lower(), _is_on(sign)))
    if preferred is not None and (not own or sign in (ticks.EMPTY, ticks.TICKED)):
        return preferred
    if own:
        return own[0]
    raise Unplaceable(f"字体 {font or '？'} 中没有“{sign}”", f'the font {font or "?"} has no "{sign}"')
