"""Options that stand below a question in paragraphs of their own, without boxes: a tick goes in front of one of them.

They are places where they can be parted from what stands around them: all are
words that ask nothing, set in the same way.  Others are told of.
"""

from __future__ import annotations

import bisect
import itertools
import re
from collections.abc import Iterator, Sequence

from docfill import late, limits
from docfill.tag import lines, words
from docfill.tag.cells import has_control, heading_level, is_lettered, is_listed, line_spans, list_of, says
from docfill.tag.found import Found, Where
from docfill.tag.spots import NO_BOXES, PRINTED_OPTIONS, Fill, Repeat, Room, Spot, TickBox
from docfill.word.document import Block, Cell, Paragraph, Table
from docfill.word.xml import W

_LONGEST, _WORDS, _MOST = 90, 14, 24
"""Characters of an option, its words in English, and options, at most."""
_PAIR = 2
_STEPS_AN_OPTION = 40
_OPEN = late.pattern(
    r"(?:.*[^\w\s,’'] *)?(?:how (?:do|can|does|did|is|are|was|were|would|will|could|should)|why|who"
    r"|what (?:would|makes?|can|do|does|did))\b|.*(?:怎么|如何|为什么|为何|请简述|谈谈)",
    re.I,
)
"""What a question begins with, or in Chinese has in it, that asks for words of one's own, which lines below are."""
_TELLS_TO_CHOOSE = late.pattern(
    r"\b(?:choose|select|tick|circle|check|mark)\b[^:]{0,40}"
    r"\b(?:one|all|any|appropriate|appl\w+|options?|following|below|your|box)\b"
    r"|[?？]|^(?:in )?(?:which|what)\b.*:$|[单多]选|请[^，。]{0,16}选",
    re.I,
)
_NO_OPTION = late.pattern(r"[-–—•·]|.*[<>={}]\s*\S|(?:day|month|year|date|time)$", re.I)
"""What a line is or has that is no option: a note, a piece of a program, a part of a date."""
_OTHER = late.pattern(r"\s*(?:others?|otros?|autres?)\b|\s*其[他它]", re.I)
_TELLS = late.pattern(r"(?:if|please|briefly|describe|provide|state|explain|give|specify|enter|write|list)\b", re.I)
"""What a line begins with that tells what to do, and is no option."""


def add_listed(found: Found, blocks: Sequence[Block]) -> None:
    """The options without boxes that stand below questions of the body."""
    held = _held(found)
    named = {_bare(x) for s in found.spots for x in s.labels[-1:]}
    sections = _Sections(found.spots)
    for number, block in enumerate(blocks):
        if (
            not isinstance(block, Paragraph)
            or id(block) in held
            or not _leads(block, blocks[number + 1 : number + 1 + _PAIR])
        ):
            continue
        if _bare(block.text) in named:
            continue
        begun = number + 1
        if begun + 1 < len(blocks) and not says(blocks[begun]) and is_listed(blocks[begun + 1]):
            begun += 1
        options = [*_options_at(blocks, begun, held)]
        options += _write_in_at(blocks, begun + len(options), held) if options else []
        said = [p.text.strip() for p in options]
        question = _question_of(blocks, number, block.text.strip())
        if not options or (len(options) == 1 and not lines.are_parted(said[0])):
            continue
        if _can_be_parted(question, said, blocks[begun + len(options) : begun + len(options) + 1]):
            spot = found.add("choices", Where(str(begun)), [question], [], PRINTED_OPTIONS)
            spot.sections = sections.at(begun)
            limits.spend(_STEPS_AN_OPTION * len(options))
            spot.edits += [TickBox(p, *_front(p), words.option_of(p.text)) for p in options]
            found.spoken.add(str(number))
        else:
            found.leave(f"{block.text.strip()} {' / '.join(said)}", str(number + 1), NO_BOXES)


def _question_of(blocks: Sequence[Block], number: int, said: str) -> str:
    """What asks for the options below a paragraph: the one above it, where it only tells to choose."""
    above = next((b for b in reversed(blocks[max(0, number - _PAIR) : number]) if says(b)), None)
    is_told = lines.says_to_choose(said) and isinstance(above, Paragraph)
    return lines.told_to_choose(above.text, said) if is_told and isinstance(above, Paragraph) else said


class _Sections:
    """The headings that places stand under, by the number of their block."""

    def __init__(self, spots: Sequence[Spot]) -> None:
        known = sorted(((int(s.at.split("/")[0]), s.sections) for s in spots), key=lambda x: x[0])
        self._numbers, self._sections = [n for n, _ in known], [x for _, x in known]

    def at(self, number: int) -> list[str]:
        """The headings of the last place before a block."""
        before = bisect.bisect_left(self._numbers, number)
        return list(self._sections[before - 1]) if before else []


def add_offered(found: Found, cell: Cell, where: Where) -> bool:
    """Whether a cell begins with options without boxes, one a line, that its label asks for; they are added then."""
    offered = [*itertools.takewhile(lambda x: _is_option(x[2]) and not _TELLS.match(x[2]), _lines_of(cell))]
    label = where.labels[-1] if where.labels else ""
    if not _are_options(label, [_with_letter(p, n, text) for n, (p, _, text) in enumerate(offered)]):
        return False
    spot = found.add("choices", where, [], [], PRINTED_OPTIONS)
    limits.spend(_STEPS_AN_OPTION * len(offered))
    spot.edits += [TickBox(p, start, start, words.option_of(text)) for p, start, text in offered]
    return True


def _with_letter(paragraph: Paragraph, number: int, text: str) -> str:
    """The text of an option, with its letter where Word draws it."""
    is_first = paragraph.text.strip().startswith(text) and number < _MOST
    return f"{chr(ord('a') + number)}. {text}" if is_first and is_lettered(paragraph) else text


def _lines_of(cell: Cell) -> Iterator[tuple[Paragraph, int, str]]:
    """The lines of a cell with words, each with its paragraph and where its words begin there."""
    for paragraph in cell.paragraphs:
        for start, end in line_spans(paragraph.text):
            line = paragraph.text[start:end]
            yield paragraph, start + len(line) - len(line.lstrip()), line.strip()


def _held(found: Found) -> set[int]:
    """The paragraphs that places take, or a part of."""
    edits = [e for s in found.spots for e in s.edits]
    held = {id(e.paragraph) for e in edits if isinstance(e, Fill | TickBox)}
    held |= {id(p) for e in edits if isinstance(e, Room) for p in (e.heading, *e.hints)}
    return held | {id(p) for e in edits if isinstance(e, Repeat) for r in e.rows for c in r.cells for p in c.paragraphs}


def _bare(label: str) -> str:
    return "".join(filter(str.isalnum, label))


def _leads(asking: Paragraph, below: Sequence[Block]) -> bool:
    """Whether a paragraph asks for what is chosen in those below it."""
    said = [b.text for b in below if isinstance(b, Paragraph)]
    is_over_control = any(map(has_control, below[:1])) and not has_control(asking)
    is_asking = lines.asks_to_choose(asking.text) or (_are_yes_and_no(said) and words.is_label(asking.text))
    return is_asking or is_over_control or lines.begins_with_letters(asking.text, said)


def _are_yes_and_no(said: Sequence[str]) -> bool:
    """Whether two lines are nothing but yes and no, and so answer the line above, whatever it says."""
    return {words.option_of(x).lower() for x in said} == {"yes", "no"}


def _options_at(blocks: Sequence[Block], begun: int, held: set[int]) -> Iterator[Paragraph]:
    """The paragraphs from one on that are a few words which no place is in, and that ask nothing."""
    manner = None
    for block in itertools.islice(blocks, begun, None):
        if isinstance(block, Table) or not _is_option(block.text) or id(block) in held:
            return
        manner = manner or _manner_of(block)
        if _manner_of(block) != manner:
            return
        yield block


def _write_in_at(blocks: Sequence[Block], at: int, held: set[int]) -> list[Paragraph]:
    """The paragraph that ends some options with one to be written in, in which there is a place: Other: ____."""
    beside = blocks[at - 1 : at + 1]
    if len(beside) < _PAIR or any(isinstance(b, Table) for b in beside):
        return []
    last, block = (b for b in beside if isinstance(b, Paragraph))
    is_one = id(block) in held and _OTHER.match(block.text) is not None
    return [block] if is_one and _manner_of(block) == _manner_of(last) else []


def _manner_of(paragraph: Paragraph) -> tuple[str, tuple[str, str] | None, bool]:
    """How a paragraph is set: its style, its list, and whether its first letter is bold."""
    style = paragraph.element.find(f"{W}pPr/{W}pStyle")
    start, _ = _front(paragraph)
    is_bold = any(look.bold for _, _, look in paragraph.looks(start, start + 1))
    return "" if style is None else style.get(W + "val", ""), list_of(paragraph), is_bold


def _is_option(text: str) -> bool:
    """Whether a line is a few words that ask nothing and are no place."""
    shown = text.strip().rstrip("；;。.")
    is_plain = words.is_title(shown, _LONGEST) and not shown.endswith((":", "：")) and not {*shown} & {*"?？"}
    return is_plain and not lines.looks_like_a_place(shown) and not lines.asks_to_choose(shown)


def _are_options(question: str, said: Sequence[str]) -> bool:
    """Whether some lines are plainly the options of a question: two or more, each once, of one script, short."""
    options = [words.option_of(x) for x in said]
    are_told = _PAIR <= len({*options}) == len(options) <= _MOST and all(options)
    are_alike = len({_is_foreign(x) for x in said}) == 1
    if not are_told or not are_alike or any(_TELLS.match(x) for x in said):
        return False
    if words.are_opposed(options) or words.are_grades(options):
        return True
    are_lettered = lines.are_lettered(said)
    are_short = all(len(x.split()) <= _WORDS and (are_lettered or _NO_OPTION.match(x) is None) for x in said)
    is_asked = any(words.ASKED.fullmatch(x) for x in options) or _OPEN.match(words.without_letter(question)) is not None
    return are_short and not is_asked and (are_lettered or _TELLS_TO_CHOOSE.search(question) is not None)


def _is_foreign(text: str) -> bool:
    """Whether most letters of a line are of another script than Latin."""
    letters = [c for c in text if c.isalpha()]
    return 2 * sum(c > "\u024f" for c in letters) > len(letters)


def _can_be_parted(question: str, said: Sequence[str], behind: Sequence[Block]) -> bool:
    """Whether some paragraphs are all the options of a question, and nothing else."""
    is_end = not behind or not says(behind[0]) or (isinstance(behind[0], Paragraph) and _ends(behind[0]))
    is_known = words.are_opposed([*map(words.option_of, said)])
    is_asking = lines.asks_to_choose(question) and not question.endswith((".", "。"))
    is_asking = is_asking or _are_yes_and_no(said) or lines.begins_with_letters(question, said[:_PAIR])
    return is_asking and (is_end or is_known) and _are_options(question, said)


def _ends(behind: Paragraph) -> bool:
    """Whether a paragraph is plainly no option of the question above: it asks, or is a heading."""
    is_asking = lines.asks_to_choose(behind.text) or behind.text.strip().endswith((":", "："))
    return is_asking or heading_level(behind) is not None


def _front(paragraph: Paragraph) -> tuple[int, int]:
    start = len(paragraph.text) - len(paragraph.text.lstrip())
    return start, start
