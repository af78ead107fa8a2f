"""Texts put at their place: the characters of an answer changed, its blank, its run and its paragraphs kept.

An answer is some lines, each a span.  Lines that stay are not touched; of one that
changes only the characters that differ are; a line more is a paragraph as the one
before it, or a line break where the answer stands in the form's own line.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Sequence

from docfill import late, limits
from docfill.kinds import Written
from docfill.read.assignment import Found
from docfill.text import equal_pairs, width
from docfill.values import DRAWN
from docfill.word import controls
from docfill.word.document import Element, Paragraph
from docfill.word.edit import Editor, Piece, mark_properties, pieces_of, run_with
from docfill.word.part import Part, Unplaceable, prefixed
from docfill.word.span import Span, visible
from docfill.word.xml import W

_UNIQUE = late.pattern(rb'\s(?:[\w.-]+:)?(?:paraId|textId)="[^"]*"|<(?:\w+:)?id (?:\w+:)?val="[^"]*"/>')
"""What no two paragraphs of a document may share ([MS-DOCX] 2.2.4), nor two content controls (17.5.2.18)."""
_DIGITS = late.pattern(r"\d+")
_FIXED = frozenset(W + name for name in ("drawing", "pict", "object", "sectPr", "bookmarkStart", "commentReference"))
"""What a paragraph that is taken out may not hold."""


def put_text(editor: Editor, found: Found, new: str, printed: Sequence[str] = ()) -> None:
    """Writes an answer; "" brings back the blank that is drawn there, or the lines that the blank form prints.

    Raises:
        Unplaceable: the place can't be written to with certainty.
    """
    lines = new.split("\n") if new else [*printed]
    if not found.spans:
        _behind(editor, found.behind, lines)
        return
    old = () if _is_blank(found) else found.exact or visible(found.rests, DRAWN)
    if not old:
        _into_blank(editor, found, lines)
    elif not lines:
        _emptied(editor, found, old)
    elif held := [span for span in old if not found.exact and _is_held(span)]:
        editor.replace(held[0], "\n".join(lines))
        for hint in reversed([span for span in old if span is not held[0]]):
            _take_out(editor, hint)
    elif len(old) == len(lines) == 1:
        _changed(editor, found, old[0], lines[0])
    else:
        _lines(editor, old, lines)


def _behind(editor: Editor, paragraph: Paragraph | None, lines: Sequence[str]) -> None:
    """An answer for which there is no line: paragraphs of its own behind another one."""
    if paragraph is None:
        raise Unplaceable("交回的表里没有这一处", "its place is not there")
    for line in lines:
        part, where = editor.part_of(paragraph.element), editor.part_of(paragraph.element).where(paragraph.element)
        editor.edits.put(part, where.end, where.end, paragraph_like(editor, part, paragraph, line, OF_A_HEADING))


def _is_blank(found: Found) -> bool:
    """Whether nothing but the blank of its kind stands there, as 年 月 日."""
    kind = found.slot.kind if found.slot is not None else None
    return isinstance(kind, Written) and bool(kind.blank) and kind.is_blank(found.text)


# --- one line ---


def _changed(editor: Editor, found: Found, old: Span, new: str) -> None:
    """One line for another, in the run of the old one; the blank behind it shrinks or grows with it."""
    kind = found.slot.kind if found.slot is not None else None
    if kind is not None and kind.blank and _only_digits(editor, old, new):
        return
    start, end = _difference(old.text, new)
    editor.replace(old.part(start, len(old.text) - end), new[start : len(new) - end])
    _resize(editor, found, old, width(old.text) - width(new))


def _difference(old: str, new: str) -> tuple[int, int]:
    """How many characters at the beginning and end of two texts are the same, one at least of the old left over."""
    most = min(len(old) - 1, len(new))
    start = next((i for i in range(most) if old[i] != new[i]), most)
    most = min(len(old) - 1, len(new)) - start
    end = next((i for i in range(most) if old[-1 - i] != new[-1 - i]), most)
    return start, max(end, 0)


def _only_digits(editor: Editor, old: Span, new: str) -> bool:
    """Changes the figures between signs that stay, as in 2024年5月6日 or 9:30, where both have as many."""
    before, after = [*_DIGITS.finditer(old.text)], [*_DIGITS.finditer(new)]
    signs = ["".join(part.split()) for part in _DIGITS.split(old.text)]
    if len(before) != len(after) or signs != ["".join(part.split()) for part in _DIGITS.split(new)]:
        return False
    for was, now in zip(before, after, strict=True):
        if was[0] != now[0]:
            editor.replace(old.part(*was.span()), now[0])
    return True


def _resize(editor: Editor, found: Found, old: Span, columns: int) -> None:
    """The drawn blank behind an answer made wider or narrower by so many columns; one sign of it is left."""
    gap = next((s for s in found.spans if s.paragraph is old.paragraph and s.start <= old.start <= s.end), None)
    tail = gap.part(old.end - gap.start, len(gap.text)) if gap is not None else None
    if tail is None or not columns or not (tail.text.strip(" ") or len(tail.text) > 1 or _width_of(found)):
        return
    if not tail.text and columns > 0:
        return
    sign = tail.text[-1:] or " "
    many = max((width(tail.text) + columns) // width(sign), 1)
    if tail.text and many != len(tail.text):
        editor.replace(tail, sign * many)


def _width_of(found: Found) -> int:
    return found.slot.width if found.slot is not None else 0


def _emptied(editor: Editor, found: Found, old: Sequence[Span]) -> None:
    """An answer taken out: its blank is drawn again, and paragraphs that were only its lines go."""
    blank = found.slot.kind.blank if found.slot is not None and found.slot.kind is not None else ""
    first, *others = old
    for span in reversed(others):
        _take_out(editor, span)
    gap = next((s for s in found.spans if s.paragraph is first.paragraph and s.start <= first.start <= s.end), first)
    around = gap.text[: first.start - gap.start] + gap.text[first.end - gap.start :]
    sign = "_" if "_" in around else " "
    due = max(_width_of(found), width(first.text) + width(around) if around.strip(" ") or len(around) > 1 else 0)
    columns = max(due - width(around), 0)
    editor.replace(first, blank or sign * columns)


def _into_blank(editor: Editor, found: Found, lines: Sequence[str]) -> None:
    """An answer where only a blank is drawn: it stands at the beginning of the longest stretch of it."""
    if not lines:
        return
    gap = found.spans[0]
    if _into_skeleton(editor, gap, lines[0]):
        return
    pieces = [*pieces_of(gap)]
    home = max(pieces, key=lambda p: p.is_text and len(p.shown), default=None)
    is_own = not gap.paragraph.text.strip(DRAWN) and not _is_held(gap)
    text, more = (lines[0], lines[1:]) if is_own else ("\n".join(lines), [])
    if home is None or not home.is_text:
        editor.insert(gap.paragraph, gap.start, text)
    else:
        left = max(width(home.shown) - width(text), 0) // width(home.shown[-1])
        if is_own and not _width_of(found) and home.shown.isspace():
            left = 0
        at = sum(len(p.shown) for p in _before(pieces, home))
        editor.replace(gap.part(at, at + len(home.shown)), text + home.shown[-1] * left)
    for line in more:
        _paragraph_behind(editor, gap, line)


def _before(pieces: Sequence[Piece], home: Piece) -> Sequence[Piece]:
    return pieces[: pieces.index(home)]


def _into_skeleton(editor: Editor, gap: Span, new: str) -> bool:
    """Figures into the blanks between signs that are printed, as in 年 月 日."""
    signs = [*re.finditer(r"[^\s_＿\d]", gap.text)]
    figures = [*_DIGITS.finditer(new)]
    if not signs or "".join(m[0] for m in signs) != re.sub(r"[\s\d]", "", new) or len(figures) < len(signs):
        return False
    if any(len(part) == 0 for part in _DIGITS.split(new)[1:-1]):
        return False
    at = 0
    for sign, figure in zip(signs, figures, strict=False):
        editor.replace(gap.part(at, sign.start()), figure[0])
        at = sign.end()
    return True


# --- several lines ---


def _lines(editor: Editor, old: Sequence[Span], new: Sequence[str]) -> None:
    """Lines for others: those that stay are left alone."""
    limits.spend(equal_pairs([span.text for span in old], new) // 8)
    matcher = difflib.SequenceMatcher(None, [span.text for span in old], list(new), autojunk=False)
    for tag, a, b, c, d in reversed(matcher.get_opcodes()):
        if tag == "equal":
            continue
        pairs = min(b - a, d - c)
        for line in new[c + pairs : d]:
            _line_behind(editor, old[a + pairs - 1] if a + pairs else None, old[0], line)
        for span in reversed(old[a + pairs : b]):
            _take_out(editor, span)
        for span, line in zip(old[a : a + pairs], new[c : c + pairs], strict=True):
            editor.replace(span, line)


def _line_behind(editor: Editor, span: Span | None, first: Span, line: str) -> None:
    """A line more, behind a span, or in front of the first where there is none."""
    if span is None:
        if _is_whole(first):
            _paragraph_behind(editor, first, line, is_before=True)
        else:
            editor.insert(first.paragraph, first.start, line + "\n")
    elif _is_whole(span):
        _paragraph_behind(editor, span, line)
    else:
        editor.insert(span.paragraph, span.end, "\n" + line)


def _is_whole(span: Span) -> bool:
    """Whether a span is all that its paragraph shows, and may be more paragraphs."""
    around = span.paragraph.text[: span.start] + span.paragraph.text[span.end :]
    return not around.strip(DRAWN) and not _is_held(span)


def _is_held(span: Span) -> bool:
    """Whether a span stands in a control of ours, which holds one paragraph's text and no more."""
    return any(True for _ in controls.around(span.element))


def _take_out(editor: Editor, span: Span) -> None:
    """A line taken out: with its paragraph where that is all of it and others are beside it."""
    element = span.paragraph.element
    parent = element.getparent()
    if _is_whole(span) and parent is not None and _can_go(element, parent):
        if editor.track is None:
            editor.edits.remove(editor.part_of(element), element)
        else:
            _strike(editor, span)
        return
    start = span.start
    while start and span.paragraph.text[start - 1] in DRAWN and span.paragraph.text[start - 1] != "\n":
        start -= 1
    if start and span.paragraph.text[start - 1] == "\n":
        start -= 1
    editor.replace(Span(span.paragraph, start, span.end), "")


def _strike(editor: Editor, span: Span) -> None:
    """A paragraph struck as a tracked change: its text, and its mark, so that it goes when that is accepted."""
    element = span.paragraph.element
    editor.replace(span, "")
    part, where = editor.part_of(element), editor.part_of(element).where(element)
    properties, mark = element.find(W + "pPr"), element.find(f"{W}pPr/{W}rPr")
    struck = editor.mark("del", element)
    name = prefixed(element, "rPr").encode()
    if mark is not None:
        at = part.where(mark)
        if not at.is_empty:
            editor.edits.put(part, at.inside, at.inside, struck)
            return
    inner = b"<" + name + b">" + struck + b"</" + name + b">"
    if properties is not None and not part.where(properties).is_empty:
        at = part.where(properties)
        editor.edits.put(part, at.outside, at.outside, inner)
    elif properties is None:
        outer = prefixed(element, "pPr").encode()
        editor.edits.put(part, where.inside, where.inside, b"<" + outer + b">" + inner + b"</" + outer + b">")


def _can_go(paragraph: Element, parent: Element) -> bool:
    """Whether a paragraph may be taken out: it holds nothing else, and its container keeps a last one."""
    if any(e.tag in _FIXED for e in paragraph.iter()):
        return False
    behind = paragraph.getnext()
    is_last = behind is None or behind.tag != W + "p"
    before = paragraph.getprevious()
    return not is_last or (before is not None and before.tag == W + "p")


def _paragraph_behind(editor: Editor, span: Span, line: str, *, is_before: bool = False) -> None:
    """A paragraph more, as the one of a span is, with one run as that of the span."""
    element = span.paragraph.element
    part = editor.part_of(element)
    where = part.where(element)
    at = where.start if is_before else where.end
    editor.edits.put(part, at, at, paragraph_like(editor, part, span.paragraph, line))


OF_A_HEADING = frozenset(
    {"pStyle", "keepNext", "pageBreakBefore", "numPr", "outlineLvl", "rStyle", "b", "bCs", "sectPr"}
)
"""What a heading has, and an answer below it does not: its style, its number, its place in the outline."""


def paragraph_like(
    editor: Editor, part: Part, paragraph: Paragraph, line: str, without: Collection[str] = ("sectPr",)
) -> bytes:
    """A paragraph as another one, but for some of its properties, with one line of text."""
    element = paragraph.element
    where = part.where(element)
    tag = _UNIQUE.sub(b"", part.data[where.start : where.inside])
    name = tag[1:].split(None, 1)[0].rstrip(b"/>")
    if where.is_empty:
        tag = tag[:-2] + b">"
    properties = b"".join(part.without(p, without) for p in element.iterfind(W + "pPr"))
    run = next((owner.getparent() for _, owner in paragraph.owners if owner.tag == W + "t"), None)
    if run is None:
        inner = mark_properties(part, element)
    else:
        inner = b"".join(part.without(p, without) for p in run.iterfind(W + "rPr"))
    if editor.track is not None:
        properties = _added_mark(editor, element, properties)
    return tag + properties + editor.added_run(run_with(line, element, inner), element) + b"</" + name + b">"


def _added_mark(editor: Editor, near: Element, properties: bytes) -> bytes:
    """The properties of a new paragraph, whose mark was added as a tracked change."""
    outer, name = prefixed(near, "pPr").encode(), prefixed(near, "rPr").encode()
    added = editor.mark("ins", near)
    closing = b"</" + outer + b">"
    opening = b"<" + name + b">"
    if opening in properties:
        return properties.replace(opening, opening + added, 1)
    inner = opening + added + b"</" + name + b">"
    if properties.endswith(closing):
        return properties[: -len(closing)] + inner + closing
    return b"<" + outer + b">" + inner + closing


def without_ids(data: bytes) -> bytes:
    """A copy of some XML without what no two elements may share."""
    return _UNIQUE.sub(b"", data)
