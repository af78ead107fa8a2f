"""What the page shows and the words don't: drawings over answers, looks that choose, signs that turn text round.

An assignment goes by words.  Here it is held against what a reader of the page
sees at the same characters: what stands off the line is no digit beside it, what
is struck by overlaid strokes is no part of a value, and wherever the look of a
page may say more than its words (a picture instead of an answer, one option in
red with all boxes empty, a new answer beside an old one), the answer is doubted.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from docfill import late, limits
from docfill.kinds import TEXT, Written
from docfill.problems import Said
from docfill.read.alike import are_alike, are_options_alike, by_ink, differ
from docfill.read.assignment import Assignment, Found, Held, Mark, Stray
from docfill.read.chosen import TICKED, TICKING, Chosen, box_of, is_ringed, words_of
from docfill.read.ditto import is_ditto, meant_by, named_by, said_once
from docfill.read.overlaid import (
    CALLED,
    Own,
    Page,
    Printed,
    beginning,
    floating_over,
    home_of,
    may_float,
    under_floating,
)
from docfill.read.prompts import is_prompt, without_limit, without_placeholder, without_request
from docfill.read.records import is_no_record, is_none_of, is_signs
from docfill.read.remarked import corrects
from docfill.text import fold, gist
from docfill.values import BLANK, DRAWN
from docfill.word import ticks
from docfill.word.blocks import Anchored, Kind, paragraphs_of
from docfill.word.document import Element, Paragraph
from docfill.word.span import Span
from docfill.word.xml import W

_STRUCK = late.pattern(r"(?:.[\u0335-\u0338\u20d2\u20d3\u20e5\u20eb]+)+", re.S)
"""Characters with strokes laid over them."""
_TURNED = late.pattern("[\u202d\u202e]([^\u202c\u2066-\u2069]*)")
"""What stands behind a sign that overrides the direction of text (UAX 9)."""
_PRIVATE = "".join(map(chr, range(0xE000, 0xF900)))
"""Characters that a font alone gives a meaning."""
_UNREADABLE = late.pattern(f"[{ticks.UNKNOWN}\ufffd{_PRIVATE[0]}-{_PRIVATE[-1]}]|锟斤拷")
"""What stands for a sign that nobody could read, or that was read in another coding."""
_BOXED = late.pattern(r"^[口囗ロ](?:$|[ \u3000\u00a0])\s*|(?<=\S)\s+[口囗ロ]$")
"""A character that people type, or scanners read, for an empty box, alone or apart from the words beside it."""
_ODD = "\u202d\u202e\u0335\u0336\u0337\u0338\u20d2\u20d3\u20e5\u20eb\ufffc\ufffd«{<[#口囗ロ×＊*○〇?？锟" + ticks.BOXES
_SAMPLES = ("例:", "例：", "例)", "例）", "例】", "例]", "如:", "如：")
_TELLING = ("填", "输入", "键入", "选择", "此处", "错误", "某某", *_SAMPLES)
_ENGLISH = (
    "click",
    "error",
    "item",
    "text",
    "null",
    "undefined",
    "mergefield",
    "formtext",
    "xx",
    "required",
    "filled",
    "completed",
)
_TYPED = frozenset(ticks.TYPED_CHECKS)
_TICKING_OR_BLANK = "".join(TICKING) + DRAWN
_SIGNS = late.pattern(
    "|".join([f"[{re.escape(_ODD)}{_PRIVATE[0]}-{_PRIVATE[-1]}]", *map(re.escape, _TELLING), *_ENGLISH]), re.I
)
"""What asks for a closer look at a text."""
_BEGINNINGS = frozenset(
    (*_ODD, *(word[0] for word in _TELLING), *(c for word in _ENGLISH for c in (word[0], word[0].upper())), *"İı")
) | frozenset(_PRIVATE)
"""What each of them begins with: most texts have none of these characters, which is told fastest."""
_LIMITING, _ASKING = "字", "请"
"""What every note has in it that says how long an answer may be, and every one that tells what to write."""
_NOTED = _BEGINNINGS | TICKING | {_LIMITING, _ASKING}
"""And what any of the others has in it that a text is looked through for."""
_STEPS_A_JOINT = 20
_WITHIN = 4
"""Characters of a blank within a number up to which it may be one."""
_SHORT, _LETTERS = 60, 2
"""Characters of an answer up to which two colours in it are two answers, if so many letters have each."""
_OVER_TEXT = frozenset({Kind.SHAPE, Kind.INK, Kind.BLUR, Kind.UNSET, Kind.CROSS})
"""What may say that a text which it stands at does not hold."""
_REMARKS = frozenset({Kind.COMMENT, Kind.FOOTNOTE, Kind.ENDNOTE})
"""What may say so in words of its own."""
_JOINS_NUMBER = late.pattern(r"[ \t\u3000]?|[.,．，·/-]")
"""What stands behind the digits of a list where these and the digits of an answer look like one number, or two."""
_OF_NUMBERS = frozenset("-+–—−~～<>≤≥＜＞±≈×")
"""Bullets that change a number which they stand before."""
_SAYING_NONE = frozenset("-–—/／无")
"""Bullets that say that there is nothing, where they stand alone."""
_CROSSING = frozenset(ticks.CROSSES) | {"☒"}
"""Bullets that may cross out the words which they stand before; ticks are usual before what is listed."""
_OF_TEXT = frozenset({Kind.BLUR, Kind.UNSET, Kind.CROSS, Kind.CAPITALS})
"""What says nothing where no text is."""
_MANY_COLUMNS = 4
"""Columns of a record that nobody fills in one alone of, beside others with most of theirs."""
_OF_CELLS = (Kind.CROSS, Kind.CAPITALS)
"""What chooses no option."""


class Sight:
    """Looks over readings of one form.

    Args:
        template: the paragraphs of the form, with its tags: what it draws itself says nothing of answers.
        printed: gives the blocks of the blank form, and its reading; its own looks say nothing either.
    """

    def __init__(self, template: Iterable[Paragraph], printed: Printed) -> None:
        template = [*template]
        self._own = Own(template, printed)
        self._has_boxes = any(p.box is not None for p in template)
        self._printed = printed
        self.chosen = Chosen(template, printed, self._own)

    def look_over(
        self,
        found: Assignment,
        paragraphs: Iterable[Paragraph],
        remarks: Callable[[], Mapping[str, str]] = dict,
        is_listed: bool = True,
    ) -> None:
        """Adds what the page shows to a reading of a document.

        Args:
            found: the reading.
            paragraphs: those of the document at which anything is drawn, or that stand in a text box.
            remarks: gives what its comments and notes say, by kind and number.
            is_listed: whether any paragraph may be one of a list.
        """
        here: dict[Element, list[Anchored]] = defaultdict(list)
        is_boxed = False
        for paragraph in paragraphs:
            is_boxed = is_boxed or paragraph.box is not None
            for anchored in paragraph.anchored:
                if not self._own.has(paragraph, anchored):
                    here[home_of(paragraph)].append(anchored)
        adrift = [a for home, drawn in here.items() if home.tag == W + "p" for a in drawn if may_float(a)]
        page = Page(here, adrift, under_floating(here, found), is_boxed, is_listed, remarks)
        before: list[Found] = []
        for path, held in found.places.items():
            self._held(found, path, path, held, page)
            if held.text is not None and held.text.text:
                if is_ditto(shown := held.text.text.strip()) and _is_prose(held.text):
                    found.doubt("ambiguous", path, shown, meant_by(held.text, before))
                    continue
                before.append(held.text)
                if (meant := named_by(shown, path, found)) is not None:
                    found.doubt("ambiguous", path, shown, meant)

    def _held(self, found: Assignment, path: str, told: str, held: Held, page: Page) -> None:
        """One place; its doubts go to `told`."""
        if held.pictures or held.rooms:
            return  # they are the answer, or stand for one
        if held.text is not None:
            self._text(found, told, held.text, page)
        for text in (*held.also, *(held.items or ())) if held.also or held.items else ():
            self._text(found, told, text, page)
        if held.marks:
            self._marks(found, told, held.marks, page)
        for index, record in enumerate(held.records or ()):
            self._none_in(found, path, held.records or (), index)
            for column, inner in record.places.items():
                self._held(found, column, f"{path}[{index}].{column}", inner, page)

    def _none_in(self, found: Assignment, path: str, records: Sequence[Assignment], index: int) -> None:
        """A record that says that there is none, or that one of its columns is as in the row above."""
        told = {column: t for column, h in records[index].places.items() if (t := _said(h))}
        is_ticked = any(held.marks for held in records[index].places.values())
        none = [column for column, said in told.items() if is_no_record(said)]
        if not none and is_no_record("".join(itertools.takewhile(_is_letter, told.values()))):  # 合 | 计
            none = [*told][:1]
        if not is_ticked and is_none_of([*told.values()], len(records[index].places)):
            none = none or [*told][:1]
        if len(told) == 1 and not is_ticked and _stands_out(records, index):  # a heading, or the rest of the row above
            none = none or [*told]
        for column in none:
            if is_signs(told[column]) or self._is_written(told[column]):
                found.doubt("no-record", f"{path}[{index}].{column}", told[column])
        for column, said in told.items():
            if is_ditto(said):
                above = _said(records[index - 1].places[column]) if index else ""
                found.doubt("ambiguous", f"{path}[{index}].{column}", said, above)

    def _text(self, found: Assignment, path: str, text: Found, page: Page) -> None:
        shown = text.text.strip()
        if page.is_listed:
            self._numbered(found, path, text, shown)
        is_noted = not _NOTED.isdisjoint(shown)
        if is_noted and (shown[-1] in TICKING or shown[0] in TICKED or _is_ticked_within(shown)):
            self._ticked(found, path, text, shown)
        if is_noted and _LIMITING in shown and (said := without_limit(shown)) != shown:
            found.doubt("ambiguous", path, shown, said)
        if is_noted and _ASKING in shown and (said := without_request(shown)) not in ("", shown):
            found.doubt("ambiguous", path, shown, said)
        for anchored in floating_over(text.spans, page) if page.here and shown else ():
            found.doubt("look-here", path, shown, Said(*CALLED[anchored.kind]))
        may_sign = is_noted and not _BEGINNINGS.isdisjoint(shown)
        is_plain = not may_sign and _is_plain(shown, text.spans)
        if is_plain and not text.spans[0].paragraph.formats.may_prompt:
            return
        if (once := said_once(shown)) is not None:  # where there may have been controls, which LibreOffice repeats
            found.doubt("ambiguous", path, shown, once)
        if is_plain:
            return
        if text.is_blank:
            for anchored in self._beside(text.spans, page) if page.here else ():
                found.doubt("look-here", path, None, Said(*CALLED[anchored.kind]))
            return
        if any(span.paragraph.raised for span in text.spans):
            _say(text)
        if all(_is_prompt(span) for span in text.spans):
            found.doubt("placeholder", path, shown)
        if (may_sign and _SIGNS.search(shown)) or _are_overridden(text.spans):
            self._signs(found, path, text, shown)
        is_alike = len(shown) <= _SHORT and are_alike(text.spans)
        for span in text.spans:
            if len(span.paragraph.owners) > 1 or span.paragraph.anchored:
                self._pieces(found, path, text, span.stripped(DRAWN), page, is_alike)
        if page.is_boxed and not self._has_boxes and len(boxes := _by_box(text.spans)) > 1:
            found.doubt("ambiguous", path, shown, " | ".join(boxes))
        is_told = not is_alike and len(shown) <= _SHORT
        inks = [words for words in by_ink(text.spans) if _is_word(words)] if is_told else []
        if len(inks) > 1:
            found.doubt("ambiguous", path, shown, " | ".join(inks))

    def _numbered(self, found: Assignment, path: str, text: Found, shown: str) -> None:
        """What a list draws right before an answer, or alone in its place: it may be a part of it or the answer."""
        for span in text.spans[:1]:
            paragraph = span.paragraph
            if paragraph.text[: span.start].strip(DRAWN):
                continue
            is_alone = not shown and not paragraph.text.strip(DRAWN)
            if not (shown or is_alone):
                continue
            if (bullet := paragraph.bullet) and bullet in _telling_bullets(shown, text):
                found.doubt("look-here", path, shown or None, Said("项目符号", "bullet of a list"))
            number = paragraph.formats.number_before(paragraph.element)
            if number is None or beginning(paragraph) in self._listed:
                continue
            is_in_digits, behind = number
            if is_alone or (is_in_digits and shown[0].isdigit() and _JOINS_NUMBER.fullmatch(behind)):
                found.doubt("look-here", path, shown or None, Said("自动编号", "number of a list"))

    def _ticked(self, found: Assignment, path: str, text: Found, shown: str) -> None:
        """A mark behind a text, or before or within one of a single line: somebody ticked or crossed out what stands
        there.
        """
        said = shown.rstrip(_TICKING_OR_BLANK)
        said = said if "\n" in said or said[:1] not in TICKED else said.lstrip(_TICKING_OR_BLANK)
        if said == shown and _is_ticked_within(shown):
            said = shown[: min(map(shown.find, _TYPED.intersection(shown)))].rstrip(_TICKING_OR_BLANK)
        if said not in ("", shown) and _is_prose(text):
            found.doubt("ambiguous", path, shown, said)

    @cached_property
    def _listed(self) -> frozenset[str]:
        """How the rows begin in which the blank form itself draws numbers of lists (see `beginning`)."""
        paragraphs = paragraphs_of(self._printed()[0])
        return frozenset(beginning(p) for p in paragraphs if p.formats.number_before(p.element) is not None)

    def _signs(self, found: Assignment, path: str, text: Found, shown: str) -> None:
        """Signs that turn or strike what stands beside them, and what is no answer but a place for one."""
        if is_prompt(shown) and not any(p.path == path and p.code == "unclear-tick" for p in found.problems):
            found.doubt("placeholder", path, shown)
        elif (said := without_placeholder(shown)) not in ("", shown):
            found.doubt("ambiguous", path, shown, said)
        if _UNREADABLE.search(shown):
            found.doubt("look-here", path, None, Said("无法识别的符号", "sign that could not be read"))
        if (said := _BOXED.sub("", shown)) != shown:
            found.doubt("ambiguous", path, shown, said)
        if _STRUCK.search(text.text):
            found.leftovers += [
                Stray(s[0], (span.part(*s.span()),), path) for span in text.spans for s in _STRUCK.finditer(span.text)
            ]
            text.text = _STRUCK.sub("", text.text)
        turned = {line: [m.span() for m in _TURNED.finditer(line)] for line in _lines_of(text.spans)}
        if _TURNED.search(shown) or any(
            start < span.end and span.start < end for span in text.spans for start, end in turned[span.paragraph.text]
        ):
            found.doubt("ambiguous", path, shown, _TURNED.sub(lambda m: m[1][::-1], shown))

    def _pieces(self, found: Assignment, path: str, text: Found, span: Span, page: Page, is_alike: bool) -> None:
        """An answer that is drawn over, and one of several runs, which may be plainly alike."""
        if span.start == span.end:
            return
        shown = text.text.strip()
        self._over(found, path, shown, span, page)
        for before, behind in itertools.islice(_joined(span, is_alike, _is_prose(text)), 1):
            found.doubt("ambiguous", path, shown, f"{before} | {behind}")

    def _over(
        self, found: Assignment, path: str, shown: str, span: Span, page: Page, options: Sequence[str] = ()
    ) -> None:
        """Doubts an answer where something drawn on its characters, or a comment on them, may say that it isn't it."""
        if not span.paragraph.anchored:
            return
        across = itertools.takewhile(lambda a: a.kind is Kind.CROSS, span.paragraph.anchored)
        blank = BLANK.match(span.paragraph.text, span.end)
        end = blank.end() if blank is not None else span.end  # a comment follows the blank that the form draws
        start = _before_blank(span.paragraph.text, span.start)  # an entry of a list brings its own
        told = (a for a in span.paragraph.anchored_in(start, span.start) if a.kind in _OF_TEXT and a.at < span.start)
        near = [*told, *span.paragraph.anchored_in(span.start, end), *across]
        over = [a for a in near if a.kind in _OVER_TEXT]
        over += [] if options else _capitals_in(span)  # an option is the same word, however it is written
        for anchored in over:
            if not self._own.has(span.paragraph, anchored):
                found.doubt("look-here", path, shown, Said(*CALLED[anchored.kind]))
                return
        for anchored in (a for a in near if a.kind in _REMARKS and not self._own.has(span.paragraph, a)):
            said = page.remarks().get(anchored.kind.value + anchored.element.get(W + "id", ""), "").strip()
            if corrects(said, shown, options):
                found.doubt("ambiguous", path, shown, said)

    def _beside(self, spans: tuple[Span, ...], page: Page) -> Iterator[Anchored]:
        """What stands where an answer has no words: in its cell or line, if that is else empty, or at its blank."""
        for span in spans[:1]:
            home = home_of(span.paragraph)
            is_blank = not span.paragraph.text.strip(DRAWN)
            of_home = page.here.get(home, []) if is_blank else []
            around = span.paragraph.anchored_in(span.start, span.end)
            near = [a for a in around if not self._own.has(span.paragraph, a)]
            yield from [a for a in (of_home or near) if a.kind not in _OF_TEXT][:1]

    def _marks(self, found: Assignment, path: str, marks: Sequence[Mark], page: Page) -> None:
        """A group without a tick: one option that looks otherwise, or something drawn on it, may have been chosen."""
        is_ticked = any(mark.is_ticked is not False for mark in marks)
        if is_ticked and page.here:
            chosen = " | ".join(mark.option for mark in marks if mark.is_ticked)
            for span in (s for mark in marks for s in (*mark.label, *mark.spans)):
                self._over(found, path, chosen, span, page, [mark.option for mark in marks])
        if is_ticked and not page.is_boxed:
            return
        labelled = [mark for mark in marks if any(span.start < span.end for span in mark.label)]
        for mark in labelled if page.is_boxed and not self._has_boxes else ():
            if any(span.paragraph.box is not mark.label[0].paragraph.box for span in mark.spans):
                found.doubt("unclear-tick", path, mark.drawn, mark.option)  # it floats where nobody can tell
        if not labelled or is_ticked:
            return
        is_even = are_options_alike([span for mark in labelled for span in (*words_of(mark), *box_of(mark))])
        if not is_even or any(map(is_ringed, labelled)):
            self.chosen.doubt_options(found, path, labelled)
        spans = [span for mark in labelled for span in (*mark.label, *mark.spans)]
        drawn = page.adrift[:1] or (floating_over(spans, page) if page.here else [])
        for paragraph in {id(s.paragraph): s.paragraph for s in spans}.values() if page.here else ():
            new = [a for a in paragraph.anchored if a.kind not in _OF_CELLS and not self._own.has(paragraph, a)]
            drawn = new or drawn
        for anchored in drawn:
            found.doubt("look-here", path, None, Said(*CALLED[anchored.kind]))

    def _is_written(self, said: str) -> bool:
        """Whether no line of the blank form says this itself."""
        return (gist(said) or fold(said)) not in self._printed_gists

    @cached_property
    def _printed_gists(self) -> frozenset[str]:
        """What the lines of the blank form say."""
        lines = (line for p in paragraphs_of(self._printed()[0]) for line in p.text.split("\n"))
        return frozenset(gist(line) or fold(line) for line in lines)


def _telling_bullets(shown: str, text: Found) -> Collection[str]:
    """The bullets of a list that may say something of an answer, or be one where nothing else stands."""
    if not shown:
        return TICKING | _SAYING_NONE
    if shown[0].isdigit():
        return _OF_NUMBERS
    return () if "\n" in shown or not _is_prose(text) else _CROSSING


def _is_ticked_within(shown: str) -> bool:
    """Whether a short text of one line has a tick that people type."""
    return len(shown) <= _SHORT and "\n" not in shown and not _TYPED.isdisjoint(shown)


def _is_prose(text: Found) -> bool:
    """Whether any words are an answer where a text stands."""
    kind = (text.slot.kind if text.slot is not None else None) or TEXT
    return isinstance(kind, Written) and kind.is_prose


def _is_letter(said: str) -> bool:
    """Whether a text is one letter."""
    return len(said) == 1 and said.isalpha()


def _said(held: Held) -> str:
    """What a place says in words."""
    return held.text.text.strip() if held.text is not None else ""


def _capitals_in(span: Span) -> list[Anchored]:
    """What says that some small letters are shown as capitals."""
    runs = span.paragraph.runs_in(span.start, span.end) if any(map(str.islower, span.text)) else ()
    return [a for a in span.paragraph.anchored if a.kind is Kind.CAPITALS and a.element in runs]


def _before_blank(text: str, at: int) -> int:
    """Where what a blank is drawn with begins that ends at a character."""
    while at and text[at - 1] in DRAWN:
        at -= 1
    return at


def _stands_out(records: Sequence[Assignment], index: int) -> bool:
    """Whether the one answer of a record of several columns stands among others that have most of theirs."""
    size = len(records[index].places)
    beside = (records[max(index - 1, 0) : index], records[index + 1 : index + 2]) if size >= _MANY_COLUMNS else ()
    others = [sum(bool(_said(held)) for held in one.places.values()) for near in beside for one in near]
    return bool(others) and all(2 * said > size for said in others)


def _lines_of(spans: Iterable[Span]) -> dict[str, None]:
    """The whole texts that some characters stand in, each once."""
    return dict.fromkeys(span.paragraph.text for span in spans)


def _say(text: Found) -> None:
    """Says what stands off the line as such: 10⁴, not 104."""
    plain, said = [], []
    for span in text.spans:
        plain.append(span.text.strip())
        said.append(span.paragraph.said(span.start, span.end).strip())
    if "\n".join(plain).strip() == text.text.strip():
        text.text = "\n".join(said).strip()


def _is_prompt(span: Span) -> bool:
    """Whether characters look as what a control shows before anybody has typed in it."""
    formats = span.paragraph.formats
    return formats.may_prompt and all(map(formats.is_prompt, span.paragraph.runs_in(span.start, span.end)))


def _by_box(spans: Sequence[Span]) -> list[str]:
    """A text by the text boxes that its parts stand in, what stands in none first."""
    parts: dict[Element | None, list[str]] = {}
    for span in spans:
        if said := span.text.strip(DRAWN):
            parts.setdefault(span.paragraph.box, []).append(said)
    return ["\n".join(part) for _, part in sorted(parts.items(), key=lambda part: part[0] is not None)]


def _is_word(text: str) -> bool:
    return sum(map(str.isalnum, text)) >= _LETTERS


def _is_plain(shown: str, spans: tuple[Span, ...]) -> bool:
    """Whether a text without signs, as most are, is one run with nothing drawn at it, and so as its words say."""
    if len(spans) != 1 or not shown.strip(DRAWN):
        return False
    paragraph = spans[0].paragraph
    if len(paragraph.owners) != 1 or paragraph.raised or paragraph.anchored or _is_prompt(spans[0]):
        return False
    return paragraph.text == shown or not _overrides(paragraph.text)


def _overrides(text: str) -> bool:
    """Whether a sign in a text overrides its direction."""
    return "\u202d" in text or "\u202e" in text


def _are_overridden(spans: Sequence[Span]) -> bool:
    """Whether a sign overrides the direction of a line that some characters stand in."""
    return _overrides(spans[0].paragraph.text) if len(spans) == 1 else any(map(_overrides, _lines_of(spans)))


def _joined(span: Span, is_alike: bool, is_prose: bool) -> Iterator[tuple[str, str]]:
    """Numbers that touch without a sign between them, or in an answer that is one number at a blank, and look as two:
    one in red, one inserted while tracking.

    Of characters that are plainly alike, none look as two.
    """
    text = span.paragraph.text
    cuts, blank = span.paragraph.starts(span.start, span.end), 0 if is_prose else _WITHIN
    joints = sorted({joint for at in cuts if (joint := _digits_around(text, at, blank)) is not None})
    limits.spend(_STEPS_A_JOINT * len(joints))
    for left, right in joints:
        one, other = (span.paragraph.owner(i) for i in (left, right))
        is_inserted = _is_inserted(one) != _is_inserted(other)
        is_retyped = is_inserted and any(e.tag == W + "del" for e in _around(one, other))
        if (is_inserted and not is_retyped) or (not is_alike and differ(span.paragraph, left, right)):
            yield text[span.start : left + 1], text[right : span.end]


def _digits_around(text: str, at: int, blank: int) -> tuple[int, int] | None:
    """The digits before and behind a place of a text, with so much blank between them at most; None for others."""
    left, right = at - 1, at
    while left > 0 and text[left].isspace() and right - left <= blank:
        left -= 1
    while right < len(text) - 1 and text[right].isspace() and right - left <= blank:
        right += 1
    return (left, right) if text[left].isdigit() and text[right].isdigit() else None


def _around(one: Element, other: Element) -> Iterator[Element]:
    """What stands beside two pieces of one paragraph."""
    for piece in (one, other):
        run = next(piece.iterancestors(W + "r"), piece)
        outer = next(run.iterancestors(W + "ins"), run)
        yield from itertools.chain(outer.itersiblings(), outer.itersiblings(preceding=True))


def _is_inserted(owner: Element) -> bool:
    return next(owner.iterancestors(W + "ins"), None) is not None
