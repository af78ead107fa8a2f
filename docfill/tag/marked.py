"""Options in lines of their own that each have a short line in front, to be marked: __Female / __Male below Sex.

What is counted, ranked or initialled there is no option, and neither is what its line is to be filled in for, as
____ Date of birth is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from docfill import late
from docfill.tag import words
from docfill.word.document import Block, Table

MARKED = late.pattern(r"\s*(_{2,5})(?![_\s]*$)[ \t\u00a0]{0,3}(?=[^\W_])([^_\n]{1,80}?)(?:[:\s]*_{3,}[.\s]*)?")
"""A short line, an option behind it, and perhaps a longer line to write more on."""
_ALIKE = 2
"""Characters by which the lines in front of options differ at most, and options at least."""
_WORDS, _FAR = 10, 2
_RANKED = late.pattern(
    r"\b(?:rank|rate|order|number|score|how many|initials?|amount|quantity|points?|hours|percent\w*)\b"
    r"|\d ?[-–] ?\d+\b|%",
    re.I,
)
"""What asks for more than a mark in front of each."""
_SAID = late.pattern(r"^\s*+_++\s*+(?:I|We|My|Number of|No\. of|How)\b")
"""What somebody states, and is to initial, or a number of."""


def options_marked(blocks: Sequence[Block]) -> set[int]:
    """The numbers of the paragraphs that are such options, of two or more right below what asks for them."""
    found, run, above = set[int](), list[int](), ""
    for number, block in enumerate([*blocks, None]):
        text = "" if block is None or isinstance(block, Table) else block.text
        if block is not None and not isinstance(block, Table) and _is_one(text):
            run.append(number)
            continue
        if run and _are_options([_text_of(blocks[n]) for n in run], above):
            found |= {*run}
        is_room = text == "" and block is not None and not isinstance(block, Table) and not run
        above, run = (above if is_room else text.strip()), []
    return found


def _text_of(block: Block) -> str:
    return "" if isinstance(block, Table) else block.text


def _is_one(text: str) -> bool:
    found = MARKED.fullmatch(text)
    return found is not None and len(found[2].split()) <= _WORDS and not found[2].rstrip().endswith((":", ".", "?"))


def _are_options(said: Sequence[str], above: str) -> bool:
    """Whether some lines are options of what stands above them."""
    lengths = [len(m[1]) for x in said if (m := MARKED.fullmatch(x)) is not None]
    are_alike = len(said) >= _ALIKE and max(lengths) - min(lengths) <= _ALIKE
    is_asked = words.is_label(above) and words.is_latin(above) and "__" not in above and _RANKED.search(above) is None
    asked = sum(words.ASKED.search(x) is not None for x in said)
    return are_alike and is_asked and _FAR * asked < len(said) and not any(map(_SAID.match, said))
