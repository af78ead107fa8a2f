"""What the page shows and the words don't: drawings over answers, looks that choose, signs that turn text round.

An assignment goes by words.  Here it is held against what a reader of the page
sees at the same characters: what stands off the line is no digit beside it, what
is struck by overlaid strokes is no part of a value, and wherever the look of a
page may say more than its words (a picture instead of an answer, one option in
red with all boxes empty, a new answer beside an old one), the answer is doubted.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from lxml import etree
from msgspec.structs import replace

from docfill import late, limits
from docfill.kinds import TEXT, Written
from docfill.problems import Said
from docfill.read.anchored import everywhere
from docfill.read.assignment import Assignment, Found, Held, Mark, Stray
from docfill.read.ditto import is_ditto, meant_by, named_by, said_once
from docfill.read.prompts import is_prompt, without_limit
from docfill.read.records import is_no_record, is_none_of, is_signs
from docfill.text import fold, gist
from docfill.values import BLANK, DRAWN
from docfill.word import symbols, ticks
from docfill.word.blocks import Anchored, Block, Kind, paragraphs_of
from docfill.word.document import Element, Paragraph
from docfill.word.looks import Lay, Look, are_bare, settings_of
from docfill.word.span import Span
from docfill.word.xml import W

_STRUCK = late.pattern(r"(?:.[\u0335-\u0338\u20d2\u20d3\u20e5\u20eb]+)+", re.S)
"""Characters with strokes laid over them."""
_TURNED = late.pattern("[\u202d\u202e]([^\u202c\u2066-\u2069]*)")
"""What stands behind a sign that overrides the direction of text (UAX 9)."""
_UNREADABLE = late.pattern(f"[{ticks.UNKNOWN}\ufffd]")
"""What stands for a sign that nobody could read."""
_BOXED = late.pattern(r"^[口囗ロ](?:$|[ \u3000\u00a0])\s*|(?<=\S)\s+[口囗ロ]$")
"""A character that people type, or scanners read, for an empty box, alone or apart from the words beside it."""
_ODD = "\u202d\u202e\u0335\u0336\u0337\u0338\u20d2\u20d3\u20e5\u20eb\ufffc\ufffd«{<[#口囗ロ×＊*○〇"
_SAMPLES = ("例:", "例：", "例)", "例）", "例】", "例]", "如:", "如：")
_TELLING = ("填", "输入", "键入", "选择", "此处", "错误", "某某", *_SAMPLES)
_ENGLISH = ("click", "error", "item", "text", "null", "undefined", "mergefield", "formtext", "xx")
_TICKED = frozenset((*ticks.TICKED_BOXES, *ticks.CHECKS))
_TICKING = frozenset((*_TICKED, *ticks.CROSSES, *ticks.BOXES, "\ufe0e", "\ufe0f"))
"""What stands for a tick, a cross or a box wherever it does."""
_TICKING_OR_BLANK = "".join(_TICKING) + DRAWN
_SIGNS = late.pattern("|".join([f"[{re.escape(_ODD)}]", *map(re.escape, _TELLING), *_ENGLISH]), re.I)
"""What asks for a closer look at a text."""
_BEGINNINGS = frozenset(
    (*_ODD, *(word[0] for word in _TELLING), *(c for word in _ENGLISH for c in (word[0], word[0].upper())), *"İı")
)
"""What each of them begins with: most texts have none of these characters, which is told fastest."""
_LIMITING = "字"
"""What every note has in it that says how long an answer may be."""
_NOTED = _BEGINNINGS | _TICKING | {_LIMITING}
"""And what any of the others has in it that a text is looked through for."""
CALLED = {
    Kind.PICTURE: ("图片", "picture"),
    Kind.SHAPE: ("图形", "drawn shape"),
    Kind.INK: ("墨迹", "handwriting"),
    Kind.CHART: ("图表", "chart"),
    Kind.DIAGRAM: ("SmartArt 图示", "SmartArt diagram"),
    Kind.WORD_ART: ("艺术字", "WordArt"),
    Kind.OBJECT: ("嵌入的对象", "embedded object"),
    Kind.FOOTNOTE: ("脚注", "footnote"),
    Kind.ENDNOTE: ("尾注", "endnote"),
    Kind.COMMENT: ("批注", "comment"),
    Kind.RING: ("带圈字符", "ring around a word"),
    Kind.BLUR: ("叠在一起或远离本行的文字", "text on itself or far from its line"),
    Kind.UNSET: ("没有选过的下拉列表", "list from which nothing was chosen"),
    Kind.CROSS: ("划掉单元格的斜线", "line across the cell"),
    Kind.CAPITALS: ("显示为大写的小写字母", "small letters shown as capitals"),
}
"""What is no text, in words."""
_TAG = late.pattern(r"\{[{%].{0,2000}?[%}]\}")
"""Tags of a template, in whose place answers stand."""
_CORRECTING = late.pattern(
    r"应[为是该当]|应改|改[为成回]|更正|更改|修[改正]|[调变][整更][为成到至]|(?<!如)实[为是]|实际[为是]|不是|[错误]了?$|[有写填打]错|有误|错误"
    r"|不[对符确实准]|作废|^删|删[除去掉]|漏[了填写]|[多少漏重][了算计填写报]|重复[计算填]|^[加减]去?\s*\d|^[?？]+$|才对"
    r"|[:：填写报算按据得]\s*+[+-]?\d[\d,，.]*+[^\W\d年月日页条款号]{0,3}[。.]?$"
    r"|单位[是为应]|→|->|\bshould\b|\bwrong\b|\bincorrect\b|\binstead\b|\bchange|\bnot\b|\bdelete\b",
    re.I,
)
"""How a comment or a note says that an answer is another one."""
_NUMBER = late.pattern(r"\s*[+-]?[\d０-９](?:[,，.]?[\d０-９])*+\s*[^\W\d]{0,3}[。.]?")
_SHORT, _LETTERS = 60, 2
"""Characters of an answer up to which two colours in it are two answers, if so many letters have each."""
_LINKS = frozenset(("0000FF", "0563C1", "800080", "954F72"))
"""The colours of links, which programs give to addresses unasked."""
_DARK, _GREY = 0x70, 0x28
"""Steps of red, green and blue below which a colour is dark, and by how much they may differ in a grey."""
_PLAIN_SIZE = 20
"""Half-points of a text whose size nothing says."""
_BEFORE, _NEAR = 12, 80
"""Characters before something drawn by which its place is known again."""
_STEPS_A_MARK, _STEPS_A_JOINT = 8, 20
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
_APART = r"(?<=[ \t\u3000\u00a0])(?<![A-Za-z] )|(?<=[Yy]es )"
_BETWEEN = rf"[ \t\u3000\u00a0]*+(?:[/／|｜、；;]|{_APART})[ \t\u3000\u00a0]*+"
_ALTERNATIVE, _WORD = late.pattern(_BETWEEN), late.pattern(r"[^\W\d_]+")
_ALTERNATIVES = late.pattern(rf"(?<![^\W\d_])[^\W\d_]{{1,6}}{_BETWEEN}[^\W\d_]{{1,6}}(?![^\W\d_])")
"""What stands between words of which one is to be chosen, what they are, and short ones with it.

One blank between Latin words is within a phrase, but for what stands behind Yes.
"""
_MARKING = frozenset({Kind.RING, Kind.SHAPE, Kind.INK})
"""What people draw around a word that they choose."""
_OF_ALTERNATIVES = 40
"""Characters of a line in which such words are looked for."""
_HEADED = late.pattern(r"\s*[一二三四五六七八九十]{1,3}、(?![一二三四五六七八九十])")
"""The number of a heading, which is no word to choose."""
_ROW = W + "tr"
_ANCHOR = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}anchor"
_OF_TEXT = frozenset({Kind.BLUR, Kind.UNSET, Kind.CROSS, Kind.CAPITALS})
"""What says nothing where no text is."""
_OF_CELLS = (Kind.CROSS, Kind.CAPITALS)
"""What chooses no option."""


Drawn = frozenset[str | int]
"""What is told of the letters of an option: fonts, widths or distances."""
_TRAITS = {"font": 0, "latin": 0, "width": 15, "spacing": 20}
"""What of letters may be otherwise in an option, and from which difference on; 0 for any."""
_USUAL: tuple[Drawn, ...] = (frozenset({""}), frozenset({100}), frozenset({0}))
_LETTERS_OF: dict[str, Callable[[str], bool]] = {
    "font": lambda char: "\u2e80" <= char <= "\u9fff" or char >= "\U00020000",
    "latin": lambda char: char.isascii() and char.isalnum(),
}
"""The letters that a font is for."""


class _Page(NamedTuple):
    """What is drawn in a document that its form does not draw, by the cells and paragraphs that it stands in.

    `adrift` is what was drawn by hand and belongs to a paragraph outside of tables: it may lie over any line or cell;
    `under` gives what may lie over the lines of a cell.  `is_boxed` tells whether anything stands in a text box, and
    `is_listed` whether any paragraph is one of a list; `remarks` gives what comments and notes say.
    """

    here: Mapping[Element, list[Anchored]]
    adrift: Sequence[Anchored]
    under: Callable[[Element], Mapping[Element, Anchored]]
    is_boxed: bool
    is_listed: bool
    remarks: Callable[[], Mapping[str, str]]


class Sight:
    """Looks over readings of one form.

    Args:
        blank: the paragraphs of the form itself: what it draws itself says nothing of answers.
        printed: gives the blocks of the blank form, and its reading; its own looks say nothing either.
    """

    def __init__(self, blank: Iterable[Paragraph], printed: Callable[[], tuple[list[Block], Assignment]]) -> None:
        self._blank = blank = [*blank]
        self._own = _drawn_in(blank)
        self._has_boxes = any(p.box is not None for p in blank)
        self._printed = printed

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
                if self._is_new(paragraph, anchored):
                    here[_home(paragraph)].append(anchored)
        adrift = [a for home, drawn in here.items() if home.tag == W + "p" for a in drawn if _may_float(a)]
        page = _Page(here, adrift, _under(here, found), is_boxed, is_listed, remarks)
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

    def _is_new(self, paragraph: Paragraph, anchored: Anchored) -> bool:
        """Whether the form itself has nothing of the kind at this place."""
        where = _whereabouts(paragraph, anchored)
        return where not in self._own and where not in self._drawn_when_blank

    @cached_property
    def _drawn_when_blank(self) -> set[tuple[Kind, str, str]]:
        """What the form draws without its tags: a frame whose tag is gone is one that is drawn."""
        return _drawn_in(paragraphs_of(self._printed()[0]))

    def _held(self, found: Assignment, path: str, told: str, held: Held, page: _Page) -> None:
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
        for column in none:
            if is_signs(told[column]) or self._is_written(told[column]):
                found.doubt("no-record", f"{path}[{index}].{column}", told[column])
        for column, said in told.items():
            if is_ditto(said):
                above = _said(records[index - 1].places[column]) if index else ""
                found.doubt("ambiguous", f"{path}[{index}].{column}", said, above)

    def look_at_words(self, found: Assignment, paragraphs: Iterable[Paragraph]) -> None:
        """Tells where one of the form's own words is marked, as of 是 / 否, and no field is: they are leftovers.

        Whatever asks nothing is nobody's answer; but every tick is accounted for, and so is what is drawn there.
        """
        if not self._worded:
            return
        several = (p for p in paragraphs if len(p.owners) > 1 or p.anchored)
        short = (p for p in several if len(p.text) <= _OF_ALTERNATIVES and _begin_of(p.text) in self._begun)
        lines = [p for p in short if _bare(p.text) in self._worded and fold(p.text) in self._choices]
        told = [(p, *chosen) for p in lines if any(chosen := self._chosen_in(p))]
        if not told:
            return
        held = {id(owned.span.paragraph) for owned in found.owners(p for p, *_ in told) if owned.owner != "form"}
        for paragraph, spans, drawn in (chosen for chosen in told if id(chosen[0]) not in held):
            found.leftovers += [Stray(span.text, (span,)) for span in spans]
            for anchored in drawn:
                found.doubt("look-here", "", paragraph.text.strip(), Said(*CALLED[anchored.kind]))

    def _chosen_in(self, paragraph: Paragraph) -> tuple[list[Span], list[Anchored]]:
        """What is marked among such words of a line, and what is drawn there, that the form does not mark or draw."""
        is_even = len(paragraph.owners) < 2 or paragraph.look_alike(0, len(paragraph.text))
        groups = [*_alternatives(paragraph)]
        spans = [] if is_even else [span for words in groups for span in self._marked(paragraph, words)]
        return spans, [a for a in paragraph.anchored if a.kind in _MARKING and self._is_new(paragraph, a)]

    def _marked(self, paragraph: Paragraph, words: Sequence[Mark]) -> list[Span]:
        """Which of some words look otherwise than on the blank form, or where all do, than the others."""
        printed = self._choices[fold(paragraph.text)]
        own = [printed.get(mark.option) for mark in words]
        looks = [_look_of(mark.label) for mark in words]
        changed = [mark for mark, look, known in zip(words, looks, own, strict=True) if look != known]
        loud = changed if len(changed) < len(words) else _standing_out(words, _words_of)
        return [span for mark in loud for span in mark.label]

    @cached_property
    def _begun(self) -> frozenset[str]:
        """How these lines begin."""
        return frozenset(map(_begin_of, self._worded))

    @cached_property
    def _worded(self) -> frozenset[str]:
        """The lines of the form, bare, that may be such: told by the template, without its blank form."""
        lines = (_TAG.sub(" ", p.text) for p in self._blank)
        return frozenset(_bare(line) for line in lines if _may_choose(line))

    @cached_property
    def _choices(self) -> Mapping[str, Mapping[str, tuple[Look, Lay]]]:
        """The short lines of the blank form with such words and no boxes, folded, and how the words look there."""
        lines = (p for p in paragraphs_of(self._printed()[0]) if _may_choose(p.text))
        return {fold(p.text): {m.option: _look_of(m.label) for words in _alternatives(p) for m in words} for p in lines}

    # --- texts ---

    def _text(self, found: Assignment, path: str, text: Found, page: _Page) -> None:
        shown = text.text.strip()
        if page.is_listed:
            self._numbered(found, path, text, shown)
        is_noted = not _NOTED.isdisjoint(shown)
        if is_noted and (shown[-1] in _TICKING or shown[0] in _TICKED):
            self._ticked(found, path, text, shown)
        if is_noted and _LIMITING in shown and (said := without_limit(shown)) != shown:
            found.doubt("ambiguous", path, shown, said)
        for anchored in _floating_over(text.spans, page) if page.here and shown else ():
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
        is_alike = len(shown) <= _SHORT and _are_plainly_alike(text.spans)
        for span in text.spans:
            if len(span.paragraph.owners) > 1 or span.paragraph.anchored:
                self._pieces(found, path, shown, span.stripped(DRAWN), page, is_alike)
        if page.is_boxed and not self._has_boxes and len(boxes := _by_box(text.spans)) > 1:
            found.doubt("ambiguous", path, shown, " | ".join(boxes))
        is_told = not is_alike and len(shown) <= _SHORT
        inks = [words for words in _by_ink(text.spans) if _is_word(words)] if is_told else []
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
            if number is None or _beginning(paragraph) in self._listed:
                continue
            is_in_digits, behind = number
            if is_alone or (is_in_digits and shown[0].isdigit() and _JOINS_NUMBER.fullmatch(behind)):
                found.doubt("look-here", path, shown or None, Said("自动编号", "number of a list"))

    def _ticked(self, found: Assignment, path: str, text: Found, shown: str) -> None:
        """A mark behind a text, or before one of a single line: somebody ticked or crossed out what stands there."""
        said = shown.rstrip(_TICKING_OR_BLANK)
        said = said if "\n" in said or said[:1] not in _TICKED else said.lstrip(_TICKING_OR_BLANK)
        if said not in ("", shown) and _is_prose(text):
            found.doubt("ambiguous", path, shown, said)

    @cached_property
    def _listed(self) -> frozenset[str]:
        """How the rows begin in which the blank form itself draws numbers of lists (see `_beginning`)."""
        paragraphs = paragraphs_of(self._printed()[0])
        return frozenset(_beginning(p) for p in paragraphs if p.formats.number_before(p.element) is not None)

    def _signs(self, found: Assignment, path: str, text: Found, shown: str) -> None:
        """Signs that turn or strike what stands beside them, and what is no answer but a place for one."""
        if is_prompt(shown):
            found.doubt("placeholder", path, shown)
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

    def _pieces(self, found: Assignment, path: str, shown: str, span: Span, page: _Page, is_alike: bool) -> None:
        """An answer that is drawn over, and one of several runs, which may be plainly alike."""
        if span.start == span.end:
            return
        self._over(found, path, shown, span, page)
        for before, behind in itertools.islice(_joined(span, is_alike), 1):
            found.doubt("ambiguous", path, shown, f"{before} | {behind}")

    def _over(
        self, found: Assignment, path: str, shown: str, span: Span, page: _Page, options: Sequence[str] = ()
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
            if self._is_new(span.paragraph, anchored):
                found.doubt("look-here", path, shown, Said(*CALLED[anchored.kind]))
                return
        for anchored in (a for a in near if a.kind in _REMARKS and self._is_new(span.paragraph, a)):
            said = page.remarks().get(anchored.kind.value + anchored.element.get(W + "id", ""), "").strip()
            if _corrects(said, shown, options):
                found.doubt("ambiguous", path, shown, said)

    def _beside(self, spans: tuple[Span, ...], page: _Page) -> Iterator[Anchored]:
        """What stands where an answer has no words: in its cell or line, if that is else empty, or at its blank."""
        for span in spans[:1]:
            home = _home(span.paragraph)
            is_blank = not span.paragraph.text.strip(DRAWN)
            of_home = page.here.get(home, []) if is_blank else []
            around = span.paragraph.anchored_in(span.start, span.end)
            near = [a for a in around if self._is_new(span.paragraph, a)]
            yield from [a for a in (of_home or near) if a.kind not in _OF_TEXT][:1]

    # --- options ---

    def _marks(self, found: Assignment, path: str, marks: Sequence[Mark], page: _Page) -> None:
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
        if not _plainly_alike([span for mark in labelled for span in (*_words_of(mark), *_box_of(mark))]):
            self._chosen(found, path, labelled)
        spans = [span for mark in labelled for span in (*mark.label, *mark.spans)]
        drawn = page.adrift[:1] or (_floating_over(spans, page) if page.here else [])
        for paragraph in {id(s.paragraph): s.paragraph for s in spans}.values() if page.here else ():
            new = [a for a in paragraph.anchored if a.kind not in _OF_CELLS and self._is_new(paragraph, a)]
            drawn = new or drawn
        for anchored in drawn:
            found.doubt("look-here", path, None, Said(*CALLED[anchored.kind]))

    def _chosen(self, found: Assignment, path: str, labelled: Sequence[Mark]) -> None:
        """Doubts a group in which an option looks otherwise than the others, and than on the blank form."""
        loud = dict.fromkeys(mark.option for part in (_words_of, _box_of) for mark in _standing_out(labelled, part))
        loud |= dict.fromkeys(mark.option for mark in self._otherwise_drawn(everywhere(path), labelled))
        for option in loud if not loud.keys() <= {o for p, o in self._loud if p == everywhere(path)} else ():
            found.doubt("looks-chosen", path, None, option)

    def _otherwise_drawn(self, path: str, marks: Sequence[Mark]) -> list[Mark]:
        """The options whose letters are of another font, width or distance than those of most, or as the form prints.

        None of these is louder than another; of two options, the one that is not as it is printed, or not as usual.
        """
        if len(marks) < 2 or _plainly_alike([span for mark in marks for span in _words_of(mark)]):
            return []
        told: list[Mark] = []
        for trait, apart in _TRAITS.items():
            drawn = {mark.option: known for mark in marks if (known := _drawn_by(mark, trait))}
            if len(counted := Counter(drawn.values())) < 2:
                continue
            own = {option: self._drawn_as_printed.get((path, option, trait)) for option in drawn}
            if own == drawn:
                continue
            printed = Counter(own.values())
            usual = max(counted, key=lambda known: (counted[known], printed[known], known in _USUAL))
            told += [m for m in marks if m.option in drawn and _are_apart(drawn[m.option], usual, apart)]
        return told

    @cached_property
    def _drawn_as_printed(self) -> dict[tuple[str, str, str], Drawn]:
        """How the letters of each option are drawn on the blank form, by path, option and trait."""
        printed = itertools.product(_marks_in(self._printed()[1], ""), _TRAITS)
        return {(path, mark.option, trait): _drawn_by(mark, trait) for (path, mark), trait in printed}

    def _is_written(self, said: str) -> bool:
        """Whether no line of the blank form says this itself."""
        return (gist(said) or fold(said)) not in self._printed_gists

    @cached_property
    def _printed_gists(self) -> frozenset[str]:
        """What the lines of the blank form say."""
        lines = (line for p in paragraphs_of(self._printed()[0]) for line in p.text.split("\n"))
        return frozenset(gist(line) or fold(line) for line in lines)

    @cached_property
    def _loud(self) -> frozenset[tuple[str, str]]:
        """The options that stand out on the blank form itself, by path."""
        return frozenset(_loud_in(self._printed()[1], ""))


def _telling_bullets(shown: str, text: Found) -> Collection[str]:
    """The bullets of a list that may say something of an answer, or be one where nothing else stands."""
    if not shown:
        return _TICKING | _SAYING_NONE
    if shown[0].isdigit():
        return _OF_NUMBERS
    return () if "\n" in shown or not _is_prose(text) else _CROSSING


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


def _loud_in(found: Assignment, before: str) -> Iterator[tuple[str, str]]:
    """The options that stand out in a reading."""
    for path, held in found.places.items():
        for part in (_words_of, _box_of):
            yield from ((everywhere(before + path), m.option) for m in _standing_out(held.marks, part))
        for index, record in enumerate(held.records or ()):
            yield from _loud_in(record, f"{before}{path}[{index}].")


def _marks_in(found: Assignment, before: str) -> Iterator[tuple[str, Mark]]:
    """The options of a reading, each with its path."""
    for path, held in found.places.items():
        yield from ((everywhere(before + path), mark) for mark in held.marks)
        for index, record in enumerate(held.records or ()):
            yield from _marks_in(record, f"{before}{path}[{index}].")


def _drawn_by(mark: Mark, trait: str) -> Drawn:
    """How the letters of an option are drawn: all that is told of one trait."""
    looks = [(s.paragraph.text, *stretch) for s in mark.label for stretch in s.paragraph.looks(s.start, s.end)]
    is_for = _LETTERS_OF.get(trait, str.isalnum)
    return frozenset(getattr(look, trait) for text, first, last, look in looks if any(map(is_for, text[first:last])))


def _are_apart(one: Drawn, other: Drawn, by: int) -> bool:
    """Whether letters are drawn otherwise, of numbers by so much."""
    if not by:
        return one != other
    return any(abs(a - b) >= by for a in one for b in other if isinstance(a, int) and isinstance(b, int))


def _drawn_in(paragraphs: Iterable[Paragraph]) -> set[tuple[Kind, str, str]]:
    """Where something is drawn in some paragraphs."""
    return {_whereabouts(p, anchored) for p in paragraphs for anchored in p.anchored}


def _whereabouts(paragraph: Paragraph, anchored: Anchored) -> tuple[Kind, str, str]:
    """A kind of thing, the form's words before it, and those that begin its row, by which its place is known again."""
    before = _folded_before(paragraph.text, anchored.at)
    return anchored.kind, before[-_BEFORE:], _beginning(paragraph)


def _beginning(paragraph: Paragraph) -> str:
    """The words that begin the row of a paragraph, behind a sign that says that it is in one; "" outside of tables."""
    row = next(paragraph.element.iterancestors(W + "tr"), None)
    if row is None:
        return ""
    cells = ("".join(t.text or "" for t in cell.iter(W + "t")) for cell in row.iterchildren(W + "tc"))
    words = next((words for words in cells if words.strip()), "")
    limits.spend(_STEPS_A_MARK + len(words) // 20)
    return "|" + fold(_TAG.sub("", words))


def _folded_before(text: str, at: int) -> str:
    """The end of what stands before a character, at least as much as tells a place, without tags."""
    near = text[max(0, at - _NEAR) : at]
    before = "" if "}" in near else fold(near)
    if len(before) < _BEFORE <= at:
        limits.spend(at // 20)
        before = fold(_TAG.sub("", text[:at]))
    return before


def _may_float(anchored: Anchored) -> bool:
    """Whether something was drawn by hand and may lie away from where it is anchored."""
    if anchored.kind not in (Kind.SHAPE, Kind.INK):
        return False
    inside = [anchored.element, *anchored.element.iterdescendants(etree.Element)]
    limits.spend(len(inside))
    return any(map(_is_apart, inside))


def _under(
    here: Mapping[Element, Sequence[Anchored]], found: Assignment
) -> Callable[[Element], Mapping[Element, Anchored]]:
    """Gives the lines of a cell (w:p) over which something may lie that floats and was drawn by hand.

    It may lie over its own line, and over the next ones with words above and below it; over all lines of a cell, where
    it belongs to the cell before it and nothing is answered there.
    """

    @functools.cache
    def answered() -> set[Element]:
        texts = (text for held in found.places.values() for text in (held.text, *held.also) if text is not None)
        boxes = (spans for held in found.places.values() for mark in held.marks for spans in (mark.label, mark.spans))
        return {_home(span.paragraph) for spans in (*(t.spans for t in texts), *boxes) for span in spans[:1]}

    @functools.cache
    def under(cell: Element) -> Mapping[Element, Anchored]:
        drawn = {p: a for a in here.get(cell, ()) if _may_float(a) for p in itertools.islice(_lines_around(a), 1)}
        lines: dict[Element, Anchored] = {}
        last: Element | None = None
        pending: Anchored | None = None
        for line in cell.iter(W + "p") if drawn else ():
            own = drawn.get(line)
            if any((text.text or "").strip(DRAWN) for text in line.iter(W + "t")):
                lines.update({line: over} if (over := own or pending) is not None else {})
                last, pending = line, None
            if own is not None:
                lines.update({last: own} if last is not None else {})
                pending = own
        before = _cell_before(cell)
        beside = [a for a in here.get(before, ()) if _may_float(a)] if before is not None else []
        for line in cell.iter(W + "p") if beside and before not in answered() else ():
            lines[line] = beside[0]
        return lines

    return under


def _cell_before(cell: Element) -> Element | None:
    """The cell at the left of another, whatever they are wrapped in."""
    outer = next((a for a in (cell, *cell.iterancestors()) if (p := a.getparent()) is None or p.tag == _ROW), cell)
    beside = (inner for near in outer.itersiblings(preceding=True) for inner in near.iter(W + "tc"))
    return next(beside, None)


def _floating_over(spans: Sequence[Span], page: _Page) -> list[Anchored]:
    """What was drawn by hand around an answer and may lie over it."""
    lines = [span.paragraph.element for span in spans]
    homes = (home for line in lines[:1] for home in line.iterancestors(W + "tc"))  # those around a table in a cell, too
    return [under[line] for under in map(page.under, homes) for line in lines if line in under][:1]


def _lines_around(anchored: Anchored) -> Iterator[Element]:
    """The paragraphs that something drawn stands in, the nearest first."""
    return anchored.element.iterancestors(W + "p")


def _is_apart(element: Element) -> bool:
    """Whether an element says that a drawing stands somewhere else than the text that it belongs to."""
    return element.tag == _ANCHOR or "absolute" in element.get("style", "")


def _home(paragraph: Paragraph) -> Element:
    """The cell that a paragraph stands in; itself outside of tables."""
    return next(paragraph.element.iterancestors(W + "tc"), paragraph.element)


def _capitals_in(span: Span) -> list[Anchored]:
    """What says that some small letters are shown as capitals."""
    runs = span.paragraph.runs_in(span.start, span.end) if any(map(str.islower, span.text)) else ()
    return [a for a in span.paragraph.anchored if a.kind is Kind.CAPITALS and a.element in runs]


def _before_blank(text: str, at: int) -> int:
    """Where what a blank is drawn with begins that ends at a character."""
    while at and text[at - 1] in DRAWN:
        at -= 1
    return at


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


def _are_plainly_alike(spans: Sequence[Span]) -> bool:
    """Whether characters look alike by what their runs say, as those of one run do."""
    if len(spans) == 1:
        return len(spans[0].paragraph.owners) == 1 or spans[0].paragraph.look_alike(spans[0].start, spans[0].end)
    return len({settings_of(run) for run in _runs_of(spans)}) < 2


def _runs_of(spans: Iterable[Span]) -> dict[Element, None]:
    """The runs that show some characters, each once."""
    return {run: None for s in spans for run in s.paragraph.runs_in(s.start, s.end)}


def _by_ink(spans: Sequence[Span]) -> list[str]:
    """A text by its letters' colour, ground, frame, dots and size, and by whether they stand on the line."""
    inks: dict[tuple[str | int | bool, ...], str] = {}
    seen = [(span, *stretch) for span in spans for stretch in span.paragraph.looks(span.start, span.end)]
    least = min((look.size or _PLAIN_SIZE for *_, look in seen), default=_PLAIN_SIZE)
    for span, start, end, look in seen:
        said = span.paragraph.text[start:end]
        off_line = look.raised if look.raised and symbols.beside_the_line(said, look.raised) == said else 0
        is_link = look.underlined and look.color in _LINKS
        color = "" if is_link or _is_dark(look.color) else look.color
        is_large = 3 * (look.size or _PLAIN_SIZE) >= 4 * least
        around = look.framed, look.emphasised, "" if look.ground == "FFFFFF" else look.ground
        ink = color, *around, off_line, is_large
        inks[ink] = inks.get(ink, "") + said
    return [words.strip() for words in inks.values()]


def _corrects(said: str, shown: str, options: Sequence[str]) -> bool:
    """Whether a remark on an answer says another one: in such words, or as nothing but a number or an option."""
    is_number = not options and _NUMBER.fullmatch(said) is not None and any(map(str.isdecimal, shown))
    is_other = is_number or (bool(said) and fold(said) in map(fold, options))
    return (is_other and fold(said) != fold(shown)) or _CORRECTING.search(said) is not None


def _is_word(text: str) -> bool:
    return sum(map(str.isalnum, text)) >= _LETTERS


def _is_dark(color: str) -> bool:
    """Whether a colour is black to the eye: text that was copied from elsewhere often is of a dark grey."""
    channels = [int(color[i : i + 2], 16) for i in range(0, len(color), 2)]
    return not channels or (max(channels) < _DARK and max(channels) - min(channels) < _GREY)


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


def _joined(span: Span, is_alike: bool) -> Iterator[tuple[str, str]]:
    """Numbers that touch without a sign between them and look as two: one in red, one inserted while tracking.

    Of characters that are plainly alike, none look as two.
    """
    cuts = span.paragraph.starts(span.start, span.end)
    text = span.paragraph.text
    digits = [at for at in cuts if text[at - 1].isdigit() and text[at].isdigit()]
    limits.spend(_STEPS_A_JOINT * len(digits))
    for at in digits:
        one, other = (span.paragraph.owner(i) for i in (at - 1, at))
        is_inserted = _is_inserted(one) != _is_inserted(other)
        is_retyped = is_inserted and any(e.tag == W + "del" for e in _around(one, other))
        if (is_inserted and not is_retyped) or (not is_alike and _differ(span.paragraph, at)):
            yield text[span.start : at], text[at : span.end]


def _differ(paragraph: Paragraph, at: int) -> bool:
    """Whether the characters before and behind a place look otherwise."""
    if paragraph.look_alike(at - 1, at + 1):
        return False
    (*_, left), (*_, right) = (next(paragraph.looks(i, i + 1)) for i in (at - 1, at))
    smaller, larger = sorted((left.size or _PLAIN_SIZE, right.size or _PLAIN_SIZE))
    is_set_apart = left.latin != right.latin or any(
        abs(getattr(left, trait) - getattr(right, trait)) >= apart for trait, apart in _TRAITS.items() if apart
    )
    return is_set_apart or _signature(left) != _signature(right) or 3 * larger >= 4 * smaller


def _around(one: Element, other: Element) -> Iterator[Element]:
    """What stands beside two pieces of one paragraph."""
    for piece in (one, other):
        run = next(piece.iterancestors(W + "r"), piece)
        outer = next(run.iterancestors(W + "ins"), run)
        yield from itertools.chain(outer.itersiblings(), outer.itersiblings(preceding=True))


def _is_inserted(owner: Element) -> bool:
    return next(owner.iterancestors(W + "ins"), None) is not None


def _signature(look: Look) -> Look:
    """A look but for what tells nothing of a choice: size, and black or automatic colour."""
    color = "" if look.color in ("000000", "") else look.color
    ground = "" if look.ground == "FFFFFF" else look.ground
    return replace(
        look, size=0, width=100, raised=0, off_line=0, spacing=0, font="", latin="", color=color, ground=ground
    )


def _standing_out(marks: Sequence[Mark], part: Callable[[Mark], list[Span]]) -> list[Mark]:
    """The options of which a part, their words or their boxes, looks otherwise than of those that are plainest."""
    parts = [part(mark) for mark in marks]
    if len(marks) < 2 or not all(parts) or _plainly_alike([*itertools.chain(*parts)]):
        return []
    looks = [_look_of(spans) for spans in parts]
    least = min(look.size for look, _ in looks)
    looks = [(replace(look, size=int(3 * look.size >= 4 * least)), listed) for look, listed in looks]
    counted = Counter(looks)
    usual = min(counted, key=lambda look: (_loudness(look), -counted[look]))
    loud = _loudness(usual)
    return [m for m, look in zip(marks, looks, strict=True) if look != usual and _loudness(look) >= loud]


def _may_choose(text: str) -> bool:
    """Whether a line is short and has words between which may be chosen, without boxes."""
    is_short = len(text) <= _OF_ALTERNATIVES
    return is_short and _ALTERNATIVES.search(text, _behind_number(text)) is not None and _TICKING.isdisjoint(text)


def _behind_number(text: str) -> int:
    """Where the words of a line begin, behind the number of a heading."""
    headed = _HEADED.match(text)
    return 0 if headed is None else headed.end()


def _bare(text: str) -> str:
    """A line as it is compared, without what a blank is drawn with."""
    return fold(text.translate(_UNDRAWN))


_UNDRAWN = dict.fromkeys(map(ord, DRAWN))


def _begin_of(text: str) -> str:
    """What the words of a line begin with."""
    return fold(text.lstrip(DRAWN)[:1])


def _alternatives(paragraph: Paragraph) -> Iterator[list[Mark]]:
    """The words of a short line between which may be chosen."""
    text = paragraph.text
    words: list[Mark] = []
    end = -1
    for word in _WORD.finditer(text, _behind_number(text)):
        if words and _ALTERNATIVE.fullmatch(text, end, word.start()) is None:
            yield from [words] * (len(words) > 1)
            words = []
        words.append(Mark(word[0], None, "", (), (Span(paragraph, *word.span()),)))
        end = word.end()
    yield from [words] * (len(words) > 1)


def _words_of(mark: Mark) -> list[Span]:
    """The words of an option."""
    return [span for span in mark.label if span.start < span.end]


def _box_of(mark: Mark) -> list[Span]:
    """What is drawn for an option."""
    return [span for span in mark.spans if span.start < span.end]


def _plainly_alike(spans: list[Span]) -> bool:
    """Whether options look alike by what is said of them, without working out how they look."""
    formats, runs = spans[0].paragraph.formats, _runs_of(spans)
    paragraphs = {span.paragraph.element for span in spans}
    if len(paragraphs) == 1 or are_bare(paragraphs):
        return len({*map(settings_of, runs)}) == 1
    return len({*map(formats.signs, runs)}) == 1 and len({*map(formats.lay, paragraphs)}) == 1


def _look_of(spans: Sequence[Span]) -> tuple[Look, Lay]:
    """How the loudest of some characters look, and how their paragraph does."""
    looks = [look for span in spans for _, _, look in span.paragraph.looks(span.start, span.end)]
    lay = spans[0].paragraph.formats.lay(spans[0].paragraph.element)
    shown = [replace(_signature(look), size=look.size or _PLAIN_SIZE, raised=look.raised) for look in looks]
    return max(shown, key=lambda look: (_loudness((look, _PLAINLY)), look.size), default=Look(size=_PLAIN_SIZE)), lay


_PLAINLY = Lay("", "", False, "")


def _loudness(look: tuple[Look, Lay]) -> int:
    """How many signs of choice a look has."""
    words, lay = look
    signs = (words.color, words.ground, words.bold, words.italic, words.underlined, words.framed, words.emphasised)
    around = (lay.listed, lay.ground, lay.framed, lay.of_cell)
    return sum(map(bool, (*signs, words.adorned, words.capital, words.raised, words.size == 1, *around)))
