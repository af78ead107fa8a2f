"""Whether characters look alike on the page, told by what their runs say before it is worked out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from docfill.word import symbols
from docfill.word.document import Element, Paragraph
from docfill.word.looks import Look, are_bare, settings_of
from docfill.word.span import Span

_LINKS = frozenset(("0000FF", "0563C1", "800080", "954F72"))
"""The colours of links, which programs give to addresses unasked."""
_DARK, _GREY = 0x70, 0x28
"""Steps of red, green and blue below which a colour is dark, and by how much they may differ in a grey."""
PLAIN_SIZE = 20
"""Half-points of a text whose size nothing says."""
TRAITS = {"font": 0, "latin": 0, "width": 15, "spacing": 20}
"""What of letters may be otherwise in an option, and from which difference on; 0 for any."""


def are_alike(spans: Sequence[Span]) -> bool:
    """Whether characters look alike by what their runs say, as those of one run do."""
    if len(spans) == 1:
        return len(spans[0].paragraph.owners) == 1 or spans[0].paragraph.look_alike(spans[0].start, spans[0].end)
    return len({settings_of(run) for run in _runs_of(spans)}) < 2


def _runs_of(spans: Iterable[Span]) -> dict[Element, None]:
    """The runs that show some characters, each once."""
    return {run: None for s in spans for run in s.paragraph.runs_in(s.start, s.end)}


def by_ink(spans: Sequence[Span]) -> list[str]:
    """A text by its letters' colour, ground, frame, dots and size, and by whether they stand on the line."""
    inks: dict[tuple[str | int | bool, ...], str] = {}
    seen = [(span, *stretch) for span in spans for stretch in span.paragraph.looks(span.start, span.end)]
    least = min((look.size or PLAIN_SIZE for *_, look in seen), default=PLAIN_SIZE)
    for span, start, end, look in seen:
        said = span.paragraph.text[start:end]
        off_line = look.raised if look.raised and symbols.beside_the_line(said, look.raised) == said else 0
        is_link = look.underlined and look.color in _LINKS
        color = "" if is_link or _is_dark(look.color) else look.color
        is_large = 3 * (look.size or PLAIN_SIZE) >= 4 * least
        around = look.framed, look.emphasised, "" if look.ground == "FFFFFF" else look.ground
        ink = color, *around, off_line, is_large
        inks[ink] = inks.get(ink, "") + said
    return [words.strip() for words in inks.values()]


def _is_dark(color: str) -> bool:
    """Whether a colour is black to the eye: text that was copied from elsewhere often is of a dark grey."""
    channels = [int(color[i : i + 2], 16) for i in range(0, len(color), 2)]
    return not channels or (max(channels) < _DARK and max(channels) - min(channels) < _GREY)


def differ(paragraph: Paragraph, one: int, other: int) -> bool:
    """Whether two characters look otherwise."""
    if paragraph.look_alike(one, other + 1):
        return False
    (*_, left), (*_, right) = (next(paragraph.looks(i, i + 1)) for i in (one, other))
    smaller, larger = sorted((left.size or PLAIN_SIZE, right.size or PLAIN_SIZE))
    is_set_apart = left.latin != right.latin or any(
        abs(getattr(left, trait) - getattr(right, trait)) >= apart for trait, apart in TRAITS.items() if apart
    )
    return is_set_apart or signature(left) != signature(right) or 3 * larger >= 4 * smaller


def signature(look: Look) -> Look:
    """A look but for what tells nothing of a choice: size, and black or automatic colour."""
    color = "" if look.color in ("000000", "") else look.color
    ground = "" if look.ground == "FFFFFF" else look.ground
    return replace(
        look, size=0, width=100, raised=0, off_line=0, spacing=0, font="", latin="", color=color, ground=ground
    )


def are_options_alike(spans: list[Span]) -> bool:
    """Whether options look alike by what is said of them, without working out how they look."""
    formats, runs = spans[0].paragraph.formats, _runs_of(spans)
    paragraphs = {span.paragraph.element for span in spans}
    if len(paragraphs) == 1 or are_bare(paragraphs):
        return len({*map(settings_of, runs)}) == 1
    return len({*map(formats.signs, runs)}) == 1 and len({*map(formats.lay, paragraphs)}) == 1
