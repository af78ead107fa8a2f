"""Tags of other systems in double braces that mean nothing to docfill: poi-tl's {{?x}}, {{#x}}, {{@x}}, {{*x}}, {{+x}}.

They are kept as words of the form, spelt so that a template prints them as they
stand, and listed: whoever takes the template over rewrites them.
"""

from __future__ import annotations

from docfill import late
from docfill.tag.spots import LOOP, Left
from docfill.word.document import Document, paragraphs_of
from docfill.word.edit import Editor
from docfill.word.package import Writer
from docfill.word.span import Span

_FOREIGN = late.pattern(r"\{\{\s*[?/@*+^&>=#][^{}\n]{0,80}\}\}")
"""A sign of another system behind double braces."""
_OPENING, _CLOSING = "_{", "}_"
PRINTED = "{_{"
"""How such a tag begins among the words of a template."""


def with_foreign_as_words(original: Document) -> tuple[Document, list[Left]]:
    """The document with such tags as words that are printed, and a line for each; itself where it has none."""
    found = [(p, m.start(), m.end()) for p in paragraphs_of(original.blocks) for m in _FOREIGN.finditer(p.text)]
    if not found:
        return original, []
    editor = Editor(original)
    for paragraph, start, end in found:
        editor.replace(Span(paragraph, start + 1, start + 2), _OPENING)
        editor.replace(Span(paragraph, end - 2, end - 1), _CLOSING)
    parts = editor.written()
    data = Writer(original.package, frozenset(parts)).write(parts)
    return Document(data, original.name), [Left(p.text[start:end], "", LOOP) for p, start, end in found]
