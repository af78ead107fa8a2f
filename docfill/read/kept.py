"""Places that show what Word keeps elsewhere, held against that: Word shows what it keeps when the file is opened."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Set

from docfill.kinds import DATE
from docfill.read.assignment import Assignment, Found
from docfill.text import fold
from docfill.values import DRAWN
from docfill.word import ticks
from docfill.word.document import Element
from docfill.word.stores import Store
from docfill.word.xml import MC, W

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("jan", "янв"), ("feb", "fév", "fev", "фев"), ("mar", "mär", "мар"), ("apr", "avr", "апр"),
            ("may", "mai", "мая"), ("jun", "juin", "июн"), ("jul", "juil", "июл"), ("aug", "aoû", "aou", "авг"),
            ("sep", "сен"), ("oct", "okt", "окт"), ("nov", "ноя"), ("dec", "dez", "déc", "дек"),
        ),
        1,
    )
    for name in names
}  # fmt: skip
"""What the names of months begin with, in the languages in which date controls are most often met."""


def day_of(text: str) -> str:
    """The day that a text says, YYYY-MM-DD; "" for none."""
    reading = DATE.parse(text)
    return str(reading.value) if reading.value is not None and not reading.problem and not reading.rest else ""


def hold_against(found: Assignment, stores: Iterable[Store]) -> None:
    """Adds a doubt wherever what is shown is not what is kept; a day that only the control says is taken from it."""
    known = by_element(stores)
    for path, held in found.everywhere() if known else ():
        for text in held.texts:
            for store in (s for s in stores_at(text, known) if not s.is_state):
                _hold(found, path, text, store)
            for store in _repeated_in(text, known):
                found.doubt("store-differs", path, text.text.strip(), store.kept)
        for mark in held.marks:
            boxes = [store for store in _around(mark.element, known) if store.is_box]
            other = [s for s in boxes if mark.is_ticked is not None and mark.is_ticked is not (s.kept == ticks.TICKED)]
            bound = next((store for store in other if not store.is_state), None)
            if bound is not None:
                found.doubt("store-differs", path, mark.drawn + mark.option, bound.kept + mark.option)
            elif other:
                found.doubt("box-differs", path, mark.drawn, mark.option)


def doubt_renewed(found: Assignment, renewed: Set[Element], emptied: Set[Element]) -> None:
    """Doubts the answers in some runs, of fields that show something else when the file is opened, and those that are
    blank in paragraphs where a field was emptied.
    """
    for path, text, runs in _runs_of_answers(found) if renewed or emptied else ():
        is_emptied = text.is_blank and any(span.paragraph.element in emptied for span in text.spans)
        if is_emptied or not renewed.isdisjoint(runs):
            found.doubt("recomputed", path, text.text.strip())


def doubt_echoes(found: Assignment, echoes: Mapping[Element, tuple[int, str]]) -> None:
    """Doubts the answers that show the same in several controls or fields, where no store says so already."""
    told = {problem.path for problem in found.problems if problem.code == "store-differs"} if echoes else ()
    for path, text, runs in _runs_of_answers(found) if echoes else ():
        shown = "".join(text.text.split())
        times = Counter(words for _, words in {echoes[run] for run in runs if run in echoes})
        said = next((w for w, n in times.items() if _is_echoed(w, n, shown)), "") if path not in told else ""
        if said and said != shown:
            found.doubt("ambiguous", path, text.text.strip(), said)


def doubt_copies(found: Assignment, boxes: Iterable[Element]) -> None:
    """Doubts the answers in text boxes that are stored twice, where the copy for old programs says something else."""
    differing = {p: said for box in boxes for p, said in _told_otherwise(box)}
    for path, held in found.everywhere() if differing else ():
        spans = [span for text in held.texts for span in text.spans]
        spans += [span for mark in held.marks for span in (*mark.spans, *mark.label)]
        for element in dict.fromkeys(s.paragraph.element for s in spans if s.paragraph.element in differing):
            found.doubt("copies-differ", path, _words(element), differing[element])


def _told_otherwise(box: Element) -> Iterator[tuple[Element, str]]:
    """The paragraphs of a text box, each with what stands in its place in the copy, where that says more or another."""
    alternate = next(box.iterancestors(MC + "AlternateContent"), None)
    if alternate is None:
        return
    boxes, others = ([*alternate.iterfind(f"{MC}{name}//{W}txbxContent")] for name in ("Choice", "Fallback"))
    if box not in boxes or len(boxes) != len(others):
        return
    own, copy = [*box.iter(W + "p")], [*others[boxes.index(box)].iter(W + "p")]
    if len(own) == len(copy):
        yield from ((p, said) for p, c in zip(own, copy, strict=True) if _adds(said := _words(c), _words(p)))
    elif _adds(said := "\n".join(map(_words, copy)), "".join(map(_words, own))):
        yield from ((p, said) for p in own)


def _words(paragraph: Element) -> str:
    return "".join(t.text or "" for t in paragraph.iter(W + "t"))


def _adds(copy: str, own: str) -> bool:
    """Whether a copy says anything that a text does not, in letters, digits and ticks: its blank does not."""
    there = iter(fold(own))
    return not all(c in there for c in fold(copy) if c.isalnum() or c in ticks.TICKED_MARKS)


def _runs_of_answers(found: Assignment) -> Iterator[tuple[str, Found, list[Element]]]:
    """Each text of each place, with the runs that show it."""
    for path, held in found.everywhere():
        for text in held.texts:
            yield path, text, [run for span in text.exact for run in span.paragraph.runs_in(span.start, span.end)]


def _is_echoed(words: str, times: int, shown: str) -> bool:
    """Whether some words are several times in a text: one beside the other, or so often that it is no chance."""
    return 2 * words in shown if len(words) > 1 and times < 3 else times > 2 and (len(words) > 1 or 3 * words in shown)


def _hold(found: Assignment, path: str, text: Found, store: Store) -> None:
    """One text against what is kept for it."""
    shown, kept = store.shown.strip(DRAWN), store.kept
    if not store.is_day:
        if fold(shown) != fold(kept):
            found.doubt("store-differs", path, shown, kept)
    elif day_of(shown) != kept and (shown or kept):
        is_day = text.slot is not None and text.slot.kind is not None and text.slot.kind.is_day
        if shown and kept and not day_of(shown) and _may_say(shown, kept):
            text.text = kept if is_day else text.text
        elif is_day or day_of(shown) or not shown:
            found.doubt("store-differs", path, shown, kept)


def by_element(stores: Iterable[Store]) -> dict[Element, list[Store]]:
    """Stores by the elements that show them: a date control may be bound, and keep its day itself."""
    known: dict[Element, list[Store]] = {}
    for store in stores:
        for element in store.shown_by:
            known.setdefault(element, []).append(store)
    return known


def stores_at(text: Found, known: Mapping[Element, list[Store]]) -> list[Store]:
    """What is kept for the characters of a text; of a blank, for what shows nothing in its paragraph."""
    own = _within(text, known)
    if own or text.element is None or text.text.strip(DRAWN):
        return own
    paragraph = text.spans[0].paragraph.element
    return next((known[e] for e in paragraph.iter() if e in known and not known[e][0].shown), [])


def _repeated_in(text: Found, known: Mapping[Element, list[Store]]) -> list[Store]:
    """What several controls in one text show, each: LibreOffice writes one that is bound several times over."""
    stores = _within(text, known)
    times = Counter(store.node.element for store in stores)
    return [store for store in stores if times[store.node.element] > 1 and not store.is_day][:1]


def _within(text: Found, known: Mapping[Element, list[Store]]) -> list[Store]:
    """What is kept for any characters of a text, or where it would stand, each once."""
    runs: list[Element | None] = [run for s in text.exact for run in s.paragraph.runs_in(s.start, s.end)]
    runs = runs or [text.element]
    return [*{id(store): store for run in runs for store in _around(run, known)}.values()]


def _around(element: Element | None, known: Mapping[Element, list[Store]]) -> list[Store]:
    """What is kept for the nearest that an element stands in."""
    around = () if element is None else (element, *element.iterancestors())
    return next((known[e] for e in around if e in known), [])


def _may_say(shown: str, day: str) -> bool:
    """Whether a text in another language says a day: 13. Dezember 2024, 13.12.24."""
    year, month, number = (part.lstrip("0") for part in day.split("-"))
    figures = {f.lstrip("0") for f in re.findall(r"\d{1,4}", shown)}
    named = {_MONTHS[n] for w in re.findall(r"[^\W\d_]{3,}", shown.lower()) for n in _MONTHS if w.startswith(n)}
    months = {month} if not named else set()
    return named <= {int(month)} and figures in [{y, number, *months} for y in (year, year[2:].lstrip("0"))]
