"""Pictures put at their place: what is drawn there goes, and what is given is drawn in its stead."""

from __future__ import annotations

from collections.abc import Sequence

from docfill.pictures import Frame, Picture
from docfill.put.texts import put_text
from docfill.read.assignment import Held
from docfill.word import media
from docfill.word.edit import Editor, Unplaceable


def put_pictures(editor: Editor, path: str, held: Held, new: Sequence[Picture], printed: Sequence[str]) -> None:
    """Draws pictures in the place of those that stand there; none brings back what the blank form prints.

    Raises:
        Unplaceable: there is no certain place, or none that can be drawn in.
    """
    if held.text is None:
        raise Unplaceable("交回的表里没有这一处", "its place is not there")
    for drawn in held.pictures:
        if drawn.element is None:
            raise Unplaceable("原图不在正文里", "the picture that is there is not in the body")
        outer = media.outermost(drawn.element)
        editor.edits.remove(editor.part_of(outer), outer)
    frame = held.text.slot.frame if held.text.slot is not None else Frame()
    signs = "".join(editor.drawn(picture, media.drawing_of(picture, frame, path)) for picture in new)
    put_text(editor, held.text, signs, printed)
