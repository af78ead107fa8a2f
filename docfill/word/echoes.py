"""Controls and fields that show the same several times over, as LibreOffice 7.4 writes a text of several scripts.

Of a plain control (w:text, 17.5.2.44) or a text field it makes one for each stretch of such a text, each with all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from docfill import limits
from docfill.word.blocks import Element
from docfill.word.xml import W

IN = (W + "sdt", W + "fldChar")
"""What a part has in which there may be any."""
_RUN, _SDT, _MARK = W + "r", W + "sdt", W + "fldChar"
_STEPS_A_RUN = 4


def echoes_in(root: Element) -> dict[Element, tuple[int, str]]:
    """The runs of controls and fields that show what others show, too: each with the number of its own, and all that
    this shows, without blanks.
    """
    held: dict[int, list[Element]] = {}
    for number, run in _held_in(root):
        held.setdefault(number, []).append(run)
    said = {number: "".join("".join(map(_words, runs)).split()) for number, runs in held.items()}
    times = Counter(said.values())
    shown = ((number, words) for number, words in said.items() if words and times[words] > 1)
    return {run: (number, words) for number, words in shown for run in held[number]}


def _held_in(root: Element) -> Iterator[tuple[int, Element]]:
    """The runs in the results of fields and in controls, each with the number of the one that it stands in."""
    controls: dict[Element, int] = {}
    begun: list[tuple[int, bool]] = []
    for number, element in enumerate(root.iter(_RUN, _MARK, _SDT)):
        limits.spend(_STEPS_A_RUN)
        if element.tag == _SDT:
            controls[element] = number
        elif element.tag == _MARK:
            kind = element.get(W + "fldCharType")
            if kind == "begin":
                begun.append((number, False))
            elif kind == "separate" and begun:
                begun[-1] = begun[-1][0], True
            elif kind == "end" and begun:
                begun.pop()
        elif begun and begun[-1][1]:
            yield begun[-1][0], element
        elif controls and (control := next(element.iterancestors(_SDT), None)) is not None:
            yield controls[control], element


def _words(run: Element) -> str:
    """What a run shows in words."""
    return "".join(text.text or "" for text in run.iterchildren(W + "t"))
