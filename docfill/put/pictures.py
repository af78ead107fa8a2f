"""Pictures put at their place: what is drawn there goes, and what is given is drawn in its stead."""

from __future__ import annotations

from collections.abc import Sequence

from docfill.pictures import Frame, Picture
from docfill.put.texts import put_text
from docfill.read.assignment import Held
from docfill.word import media
from docfill.word.document import Element
from docfill.word.edit import Editor
from docfill.word.part import Unplaceable, prefixed


def put_pictures(editor: Editor, path: str, held: Held, new: Sequence[Picture], printed: Sequence[str]) -> None:
    """Draws pictures in the place of those that stand there; none brings back what the blank form prints.

    Raises:
        Unplaceable: there is no certain place, or none that can be drawn in.
    """
    if held.text is None:
        raise Unplaceable("交回的表里没有这一处", "its place is not there")
    if any(drawn.element is None for drawn in held.pictures):
        raise Unplaceable("原图不在正文里", "the picture that is there is not in the body")
    there = [drawn.element for drawn in (*held.pictures, *(held.rooms if new else ())) if drawn.element is not None]
    outer = [*dict.fromkeys(map(media.outermost, there))]
    frame = held.text.slot.frame if held.text.slot is not None else Frame()
    signs = "".join(editor.drawn(picture, media.drawing_of(picture, frame, path)) for picture in new)
    if outer and new:
        first = outer.pop(0)
        part, where, t = editor.part_of(first), editor.part_of(first).where(first), prefixed(_run_of(first), "t")
        editor.edits.put(part, where.start, where.end, f"<{t}>{signs}</{t}>".encode())
        editor.unprompted(first)
    else:
        put_text(editor, held.text, signs, printed)
    for element in outer:
        editor.edits.remove(editor.part_of(element), element)


def _run_of(drawing: Element) -> Element:
    run = drawing.getparent()
    if run is None:
        raise Unplaceable("原图不在正文里", "the picture that is there is not in the body")
    return run
