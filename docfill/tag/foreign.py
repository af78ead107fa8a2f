"""Tags of other systems in double braces that mean nothing to docfill: poi-tl's {{?x}}, {{#x}}, {{@x}}, {{*x}}, {{+x}}.

They are kept as words of the form, spelt so that a template prints them as they
stand, and listed: whoever takes the template over rewrites them.  Fields of Word that choose between words are listed
too.
"""

from __future__ import annotations

import re

from docfill import late
from docfill.tag.spots import LOOP, Left
from docfill.word.document import Document, Paragraph, paragraphs_of
from docfill.word.edit import Editor
from docfill.word.package import Writer
from docfill.word.span import Span
from docfill.word.xml import W

_FOREIGN = late.pattern(r"\{\{\s*[?/@*+^&>=#][^{}\n]{0,80}\}\}")
"""A sign of another system behind double braces."""
_OPENING, _CLOSING = "_{", "}_"
PRINTED = "{_{"
"""How such a tag begins among the words of a template."""


_CONDITION = late.pattern(r"\s*(?:(?:SKIP|NEXT)?IF|COMPARE)\b", re.I)


def conditions_in(paragraph: Paragraph) -> list[str]:
    """The codes of the fields of a paragraph with which Word chooses between words (ECMA-376 17.16.5): IF …."""
    codes, said = list[str](), list[str]()
    for element in paragraph.element.iter(W + "fldChar", W + "instrText", W + "fldSimple"):
        if element.tag == W + "instrText":
            said.append(element.text or "")
        elif element.tag == W + "fldSimple":
            codes.append(element.get(W + "instr", ""))
        else:
            codes.append("".join(said))
            said = []
    return [" ".join(x.split()) for x in codes if _CONDITION.match(x)]


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
