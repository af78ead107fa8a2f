"""How text looks on the page: what styles, tables and runs make of it together (ECMA-376 17.7.2).

Worked out only where it decides: which runs nobody can see (hidden or struck by a
style, white on white, one point small) is asked once a part, and finds nothing in
a plain document without looking at its runs one by one.  The conditional formats
of table styles are not worked out; under one that shades, every text counts as seen.
"""

from __future__ import annotations

import functools
import itertools
import math
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from lxml import etree
from msgspec import Struct
from msgspec.structs import replace

from docfill import late, limits
from docfill.word import symbols, xml
from docfill.word.package import Package
from docfill.word.xml import W14, W

Element = etree._Element

_Value = str | int | bool

HIDDEN, STRUCK, UNSEEABLE = "hidden", "struck", "unseeable"

_HIGHLIGHTS = {
    **{"black": "000000", "blue": "0000FF", "cyan": "00FFFF", "green": "00FF00", "magenta": "FF00FF"},
    **{"red": "FF0000", "yellow": "FFFF00", "white": "FFFFFF", "darkBlue": "00008B", "darkCyan": "008B8B"},
    **{"darkGreen": "006400", "darkMagenta": "800080", "darkRed": "8B0000", "darkYellow": "808000"},
    **{"darkGray": "A9A9A9", "lightGray": "D3D3D3"},
}
_PAPER = {
    **dict.fromkeys(("background1", "light1", "bg1", "lt1"), "FFFFFF"),
    **dict.fromkeys(("text1", "dark1", "tx1", "dk1"), "000000"),
}
"""The colours of a theme that are so in nearly every one."""
_THEME = {
    **_PAPER,
    **dict.fromkeys(("text2", "dark2", "tx2", "dk2"), "1F497D"),
    **dict.fromkeys(("background2", "light2", "bg2", "lt2"), "EEECE1"),
    **{"accent1": "4F81BD", "accent2": "C0504D", "accent3": "9BBB59", "accent4": "8064A2", "accent5": "4BACC6"},
    **{"accent6": "F79646", "hyperlink": "0000FF", "hlink": "0000FF"},
    **dict.fromkeys(("followedHyperlink", "folHlink"), "800080"),
}
"""And those of Office's own theme: which of them it is matters little, that it is none of paper and ink does."""
_TINY = 4
"""Half-points up to which nobody reads a text."""
_NARROW = 10
"""Per cent of their width to which letters are pressed together, at which nobody reads them."""
_CLOSE = 20
"""Steps (of 255) between two colours in each of red, green and blue, at which they are one to the eye."""
_STEPS_A_LOOK = 30
_MOST_LOOKS = 4_096
"""Looks that are remembered with the styles, which the documents of a batch share."""
_SEEN_THROUGH = 95_000
"""Thousandths of a per cent from which a filling that is seen through shows nothing."""
_RAISED = 3
"""Half-points by which text stands above or below the line, from which it is raised or lowered."""
_CROWDED = -40
"""Twentieths of a point between two letters, from which they may lie on one another."""
_USUAL_SIZE = 20
"""Half-points of a text whose size nothing says."""


class Look(Struct, frozen=True):
    """How a stretch of text looks: colours as RRGGBB, "" where automatic or none; sizes in half-points, 0 if unknown.

    `raised` is 1 above the line and -1 below it, by `off_line` half-points where that is said; `adorned` is an outline,
    a shadow, a glow and the like, `capital` that small letters are shown as large ones.  `spacing` is what stands
    between letters, in twentieths of a point; `font` draws Chinese characters and `latin` the others: "" for one of the
    fonts that are everywhere.
    """

    color: str = ""
    ground: str = ""
    size: int = 0
    width: int = 100
    bold: bool = False
    italic: bool = False
    underlined: bool = False
    struck: bool = False
    doubly_struck: bool = False
    hidden: bool = False
    framed: bool = False
    emphasised: bool = False
    transparent: bool = False
    adorned: bool = False
    capital: bool = False
    raised: int = 0
    off_line: int = 0
    spacing: int = 0
    font: str = ""
    latin: str = ""

    @property
    def is_far(self) -> bool:
        """Whether text stands so far above or below the line that it may be one of another line."""
        return abs(self.off_line) >= (self.size or _USUAL_SIZE)

    def is_crowded(self, text: str) -> bool:
        """Whether the letters of a text lie on one another: each has less than a third of its width to itself."""
        em = (self.size or _USUAL_SIZE) * 10 * self.width // 100
        wide = em if any(c >= "\u2e80" for c in text) else em // 2
        return len(text.strip()) > 1 and 3 * (wide + self.spacing) < wide


class Lay(Struct, frozen=True):
    """How a paragraph looks: what its list draws, its ground, whether a frame is around it, and its cell's ground or
    thick frame.
    """

    listed: str
    ground: str
    framed: bool
    of_cell: str


class _Style(Struct, frozen=True):
    kind: str
    based_on: str
    element: Element


class Odd(Struct, frozen=True):
    """The runs of a part that are not simply read.

    Those that nobody sees, each with why; those off the line; those that may be hard to make out: far from their
    line, beside their place, or with letters on one another; and those whose small letters are shown as capitals.
    """

    void: dict[Element, str]
    raised: dict[Element, int]
    blurred: set[Element]
    capital: set[Element]


Settings = tuple[tuple[object, ...], ...]
"""What the properties of a run itself say that decides how it looks."""
Around = tuple[str, str]
"""The styles of the table and of the paragraph that a run stands in; "" for none."""
Signs = tuple[str, str, Settings]
"""These, and the run's own settings."""


class Formats:
    """The styles and lists of a package, and what they make of a run; parsed when first asked for.

    Args:
        styles: the part with the styles; empty where there is none.
        numbering: the part with the lists; empty where there is none.
        names: what the two are called.
    """

    def __init__(self, styles: bytes = b"", numbering: bytes = b"", names: tuple[str, str] = ("", "")) -> None:
        self._sources, self._names = (styles, numbering), names
        self._looks: dict[Signs, Look] = {}
        self._bullets: dict[tuple[str, str], str] = {}
        self._lists: dict[str, tuple[str, str]] = {}

    @cached_property
    def _sheet(self) -> Element | None:
        return xml.parse(self._sources[0], limits.called(self._names[0])) if self._sources[0] else None

    @cached_property
    def _numbering(self) -> Element | None:
        return xml.parse(self._sources[1], limits.called(self._names[1])) if self._sources[1] else None

    @cached_property
    def _styles(self) -> dict[str, _Style]:
        styles = () if self._sheet is None else self._sheet.iterchildren(W + "style")
        return {
            s.get(W + "styleId", ""): _Style(s.get(W + "type", ""), _value(s.find(W + "basedOn")), s) for s in styles
        }

    def is_heading(self, style: str) -> bool:
        """Whether a style is one of Word's headings, whatever its id: "1" in Word for Chinese."""
        known = self._styles.get(style)
        name = style if known is None else _value(known.element.find(W + "name")) or style
        return name.lower().startswith("heading")

    @cached_property
    def _default(self) -> dict[str, str]:
        """The style of what names none, by kind."""
        given = ((name, style) for name, style in self._styles.items() if style.element.get(W + "default") in _ON)
        return {style.kind: name for name, style in given}

    @cached_property
    def _defaults(self) -> Element | None:
        return None if self._sheet is None else self._sheet.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr")

    @cached_property
    def may_prompt(self) -> bool:
        """Whether there may be a style of what a control shows before anybody has typed in it."""
        return _PROMPTING.search(self._sources[0]) is not None

    def is_prompt(self, run: Element) -> bool:
        """Whether a run names the style of what a control shows before anybody has typed in it."""
        return self.may_prompt and bool(named := style_of(run)) and named in self._prompts

    @cached_property
    def _prompts(self) -> frozenset[str]:
        """The styles of what a control shows before anybody has typed in it, whatever they are called by."""
        names = {name: _value(style.element.find(W + "name")).lower() for name, style in self._styles.items()}
        return frozenset(name for name, called in names.items() if called == "placeholder text")

    # --- what nobody sees ---

    def odd(self, root: Element, found: Mapping[str, Sequence[Element]]) -> Odd:
        """The runs of a part that a reader of the page sees otherwise than as words on the line.

        Args:
            root: the part.
            found: what it has of `NOTED`, by its names, and of `SIZE` if any may be tiny.
        """
        void = {run: HIDDEN for e in found.get(_HIDDEN, ()) if xml.is_on(e) for run in _runs_around(e)}
        flat = (e for tag in (_HEIGHT, _SPACING, _INDENT) for e in found.get(tag, ()) if _is_flat(e))
        void |= {run: UNSEEABLE for e in flat for run in _runs_around(e)}
        is_reached = self._may_reach(e for tag in _STYLING for e in found.get(tag, ()))
        for run in dict.fromkeys(self._suspects(root, found, is_reached)):
            if run not in void and (why := self._why(run)):
                void[run] = why
        raising = [e for tag in _RAISING for e in found.get(tag, ())]
        raised = [r for e in raising if (r := _run_of(e)) is not None]
        if is_reached:
            raised += self._users(root, self._saying(_RAISING))
        looks = {r: look for r in raised if (look := self.look(r)).raised}
        blurred = {r for r, look in looks.items() if look.is_far}
        tight = [r for e in found.get(_SPACING, ()) if _is_tight(e) and (r := _run_of(e)) is not None]
        if is_reached:
            tight += self._users(root, self._tight)
        blurred.update(run for run in tight if self.look(run).is_crowded(_until_next(run)))
        blurred.update(run for e in found.get(_INDENT, ()) if _is_aside(e) for run in _runs_around(e))
        capital = [r for tag in _CAPITALS for e in found.get(tag, ()) if (r := _run_of(e)) is not None]
        if is_reached:
            capital += self._users(root, self._saying(_CAPITALS))
        is_capital = {run for run in capital if self.look(run).capital}
        return Odd(void, {r: look.raised for r, look in looks.items()}, blurred, is_capital)

    def _saying(self, tags: Iterable[str]) -> set[str]:
        """The styles that say any of some properties."""
        return {name for name, told in self._telling.items() if not told.isdisjoint(tags)}

    def _why(self, run: Element) -> str:
        look = self.look(run)
        if look.hidden:
            return HIDDEN
        if look.struck or look.doubly_struck:
            return STRUCK
        return UNSEEABLE if self._is_unseeable(run, look) else ""

    def _suspects(self, root: Element, found: Mapping[str, Sequence[Element]], is_reached: bool) -> Iterator[Element]:
        """The runs that may be void; by a style, too, where the part `is_reached` by one that makes text so."""
        shades = [e for tag in _SHADING for e in found.get(tag, ())]
        grounds = {"FFFFFF", *map(_ground, shades)} - {""}
        if is_reached:
            grounds |= self._grounds - {""}
        settings = [e for tag in _VOIDING for e in found.get(tag, ())]
        settings += [e for e in found.get(SIZE, ()) if _measure(e, "val") <= _TINY]
        settings += [e for e in found.get(_COLOR, ()) if _is_close_to_any(_color(e), grounds)]
        settings += shades if _is_close_to_any("000000", grounds) else []
        yield from (run for e in settings if (run := _run_of(e)) is not None)
        if is_reached:
            voiding = self._saying(_VOIDING)
            is_black = _is_close_to_any("000000", grounds)
            for name, told in self._telling.items():
                is_shaded = is_black and not told.isdisjoint(_SHADING)
                if is_shaded or any(_is_close_to_any(color, grounds) for color in told - _TELLING):
                    voiding.add(name)
            yield from self._users(root, voiding)

    def _may_reach(self, uses: Iterable[Element]) -> bool:
        """Whether a style is used that may make text void or raise it; told from the bytes of the styles."""
        if not self._may_tell:
            return False
        used = {e.get(_VAL, "").encode() for e in uses}
        return not self._may_tell.isdisjoint(used | {b""})

    @cached_property
    def _may_tell(self) -> frozenset[bytes]:
        """The styles that may make text void or raise it, and those based on them; b"" for what every text has."""
        styles = self._sources[0].replace(b"\0", b"")
        names: set[bytes] = set()
        for hit in itertools.chain.from_iterable(_firsts(may, styles) for may in _MAY):
            at = styles.rfind(b"styleId=", max(0, hit - _STYLE), hit)
            name = _ID.match(styles, at) if at >= 0 else None
            names.add(b"" if name is None or b"&" in name[1] else name[1])
        based = [(m[1], m.start()) for m in _BASED.finditer(styles)] if names else []
        for base, start in based * 2:  # a style stands behind the one that it is based on, but for few
            if base in names and (name := _ID.match(styles, styles.rfind(b"styleId=", 0, start))):
                names.add(name[1])
        for default in _DEFAULT.finditer(styles) if names else ():
            tag = styles[styles.rfind(b"<", max(0, default.start() - _TAG), default.start()) : default.end() + _TAG]
            name = _ID.search(tag.partition(b">")[0])
            names |= {b""} if name is None or name[1] in names else set()
        return frozenset(names)

    @cached_property
    def _telling(self) -> dict[str, set[str]]:
        """What each style says that may decide: tags, and colours as RRGGBB."""
        telling: dict[str, set[str]] = {}
        for name, style in self._styles.items():
            for properties in style.element.iterchildren(W + "rPr"):
                for e in properties.iterchildren(*_TELLING, W + "sz"):
                    if e.tag != W + "sz" or 0 < _number(e) <= _TINY:
                        tag = _VOIDING[0] if e.tag == W + "sz" else e.tag
                        telling.setdefault(name, set()).add(_color(e) if tag == _COLOR else tag)
        return telling

    @cached_property
    def _tight(self) -> set[str]:
        """The styles that may push letters on one another."""
        return {
            name for name, style in self._styles.items() if any(map(_is_tight, style.element.iterdescendants(_SPACING)))
        }

    @cached_property
    def _grounds(self) -> set[str]:
        """The colours that styles lay under text."""
        return set() if self._sheet is None else {_ground(e) for e in self._sheet.iter(*_SHADING)}

    def _users(self, root: Element, names: set[str]) -> Iterator[Element]:
        """The runs to which one of some styles, or one based on it, is given."""
        if not names:
            return
        given = {name for name in self._styles if not names.isdisjoint(self._chain(name))}
        if not given.isdisjoint(self._default.values()):
            yield from root.iter(W + "r")
            return
        for use in root.iter(*_STYLING):
            if use.get(W + "val") in given:
                owner = next(itertools.islice(use.iterancestors(), 1, None), use)
                yield from [owner] if owner.tag == W + "r" else owner.iter(W + "r")

    # --- what a run looks like ---

    def signs(self, run: Element) -> Signs:
        """What decides how a run (w:r) looks: of two with the same signs, nothing needs to be worked out to compare."""
        return (*around(next(run.iterancestors(_P), run)), settings_of(run))

    def look(self, run: Element, styles: Around | None = None) -> Look:
        """How the text of a run (w:r) looks; `styles` are those around it, where they are known."""
        limits.spend(_STEPS_A_LOOK)
        signs = self.signs(run) if styles is None else (*styles, settings_of(run))
        known = self._looks.get(signs)
        if known is None:
            if len(self._looks) >= _MOST_LOOKS:
                self._looks.clear()
            known = self._looks[signs] = self._worked_out(run, *signs[:2])
        return known

    def _worked_out(self, run: Element, of_table: str, of_paragraph: str) -> Look:
        own = run.find(W + "rPr")
        names = (of_table, of_paragraph or self._default.get("paragraph", ""), _style_of(own, "rStyle"))
        look = Look() if self._defaults is None else _applied(Look(), self._defaults)
        toggled: dict[str, bool] = {}
        for name in names:
            level = Look()
            for known in reversed(self._chain(name)):
                properties = self._styles[known].element.find(W + "rPr")
                if properties is not None:
                    level, look = _applied(level, properties), _applied(look, properties)
            for attribute in _TOGGLES.values():
                toggled[attribute] = toggled.get(attribute, False) ^ bool(getattr(level, attribute))
        look = _changed(look, {a: on or self._is_default(a) for a, on in toggled.items()})
        return look if own is None else _applied(look, own)

    def _is_default(self, attribute: str) -> bool:
        return self._defaults is not None and bool(getattr(_applied(Look(), self._defaults), attribute))

    def _chain(self, name: str) -> list[str]:
        """A style and those that it is based on, nearest first."""
        chain: list[str] = []
        while name in self._styles and name not in chain:
            chain.append(name)
            name = self._styles[name].based_on
        return chain

    def _is_unseeable(self, run: Element, look: Look) -> bool:
        """Whether a run can't be read for its size, its width or its colour on what lies under it."""
        if 0 < look.size <= _TINY or look.width <= _NARROW or look.transparent:
            return True
        if look.ground:
            return _is_close(look.color or "000000", look.ground)
        under = self._under(run)
        return bool(look.color and under) and _is_close(look.color, under)

    def _under(self, run: Element) -> str:
        """The colour under a run that has no ground of its own; "" where that can't be told."""
        for around in run.iterancestors(W + "p", W + "tc", W + "tbl", W + "txbxContent"):
            if around.tag == W + "txbxContent":
                return ""
            properties = around.find(around.tag + "Pr")
            shade = None if properties is None else properties.find(W + "shd")
            if shade is not None and (ground := _ground(shade)):
                return ground
            style = _style_of(properties, {"p": "pStyle", "tbl": "tblStyle"}.get(etree.QName(around).localname, ""))
            if any(next(self._styles[n].element.iter(W + "shd"), None) is not None for n in self._chain(style)):
                return ""
        return "FFFFFF"

    # --- lists ---

    def listed(self, paragraph: Element) -> tuple[str, str]:
        """The list and the level that a paragraph itself or its style names; "" for none."""
        properties = xml.child(paragraph, _PPR)
        number, level = _list_in(properties)
        if number or not self._may_list:
            return number, level or "0"
        style = _style_of(properties, "pStyle") or self._default.get("paragraph", "")
        number, usual = self._list_by(style)
        return number, level or usual

    def _list_by(self, style: str) -> tuple[str, str]:
        """As `_list_of`, found out once."""
        if style not in self._lists:
            self._lists[style] = self._list_of(style)
        return self._lists[style]

    def may_list(self, names: Collection[str]) -> bool:
        """Whether a paragraph of a part with these of `NOTED` may be one of a list, by its own word or its style's."""
        if LISTED in names or not self._may_list:
            return LISTED in names
        return _PSTYLE in names or bool(self._list_by(self._default.get("paragraph", ""))[0])

    @cached_property
    def _may_list(self) -> bool:
        """Whether a style puts its paragraphs into a list."""
        return b"numPr" in self._sources[0] and bool(self._sources[1])

    def _list_of(self, style: str) -> tuple[str, str]:
        """The list and the level that a style, or one that it is based on, names: the level is that which names it."""
        chain = self._chain(style)
        said = [_list_in(self._styles[name].element.find(_PPR)) for name in chain]
        named = [self._named_levels.get(name, "") or level for name, (_, level) in zip(chain, said, strict=True)]
        return next((number for number, _ in said if number), ""), next(filter(None, named), "0")

    @cached_property
    def _named_levels(self) -> dict[str, str]:
        """The level of its list that names each style."""
        levels = () if self._numbering is None else self._numbering.iter(W + "lvl")
        return {
            _value(named): level.get(W + "ilvl", "") for level in levels for named in level.iterchildren(W + "pStyle")
        }

    def lay(self, paragraph: Element) -> Lay:
        """How a paragraph and its cell look."""
        number, _ = self.listed(paragraph)
        cell = next(paragraph.iterancestors(_TC), None)
        around = None if cell is None else cell.find(f"{W}tcPr")
        shade = None if around is None else around.find(W + "shd")
        own = [p for p in (paragraph.find(_PPR), *self._properties_of(paragraph)) if p is not None]
        grounds = [_ground(e) for properties in own for e in properties.iterchildren(W + "shd")]
        frames = [e for properties in own for e in properties.iterchildren(W + "framePr", W + "pBdr")]
        is_framed = any(e.tag == W + "framePr" or any(_draws(side) for side in e) for e in frames)
        listed = self.bullet(paragraph) or "#" if number.strip("0") else ""
        of_cell = ("" if shade is None else _inked(_ground(shade))) or _frame_of(around)
        return Lay(listed, _inked(next(iter(grounds), "")), is_framed, of_cell)

    def _properties_of(self, paragraph: Element) -> Iterator[Element | None]:
        """What the styles of a paragraph say of it, the nearest first."""
        for name in self._chain(_style_of(paragraph.find(_PPR), "pStyle")):
            yield self._styles[name].element.find(_PPR)

    def bullet(self, paragraph: Element) -> str:
        """What the list draws before a paragraph, where that is one character; "" if none."""
        key = self.listed(paragraph)
        if not key[0] or self._numbering is None:
            return ""
        if key not in self._bullets:
            self._bullets[key] = self._drawn(*key)
        return self._bullets[key]

    def number_before(self, paragraph: Element) -> tuple[bool, str] | None:
        """Whether the number that a list draws before a paragraph is in digits, and what stands behind it, up to the
        text; None where it draws no number.
        """
        key = self.listed(paragraph)
        level = self._level(*key) if key[0] and self._numbering is not None else None
        kind = "none" if level is None else _value(level.find(W + "numFmt")) or "decimal"
        if level is None or kind in ("bullet", "none"):
            return None
        _, number, behind = _value(level.find(W + "lvlText")).rpartition("%")
        gap = {"nothing": "", "space": " "}.get(_value(level.find(W + "suff")), "\t")
        return (kind.startswith("decimal"), behind[1:] + gap) if number else None

    def _level(self, number: str, level: str) -> Element | None:
        """What the package says of a level of a list."""
        assert self._numbering is not None
        num = _with(self._numbering, "num", "numId", number)
        changed = None if num is None else _with(num, "lvlOverride", "ilvl", level)
        if changed is not None and (own := changed.find(W + "lvl")) is not None:
            return own
        wanted = "" if num is None else _value(num.find(W + "abstractNumId"))
        abstract = _with(self._numbering, "abstractNum", "abstractNumId", wanted)
        if abstract is not None and (linked := _value(abstract.find(W + "numStyleLink"))):
            abstract = self._linked_by(linked)
        return None if abstract is None else _with(abstract, "lvl", "ilvl", level)

    def _linked_by(self, style: str) -> Element | None:
        """The list that a style of lists gives to those that name it (17.9.21, 17.9.27)."""
        assert self._numbering is not None
        lists = self._numbering.iterchildren(W + "abstractNum")
        return next((known for known in lists if _value(known.find(W + "styleLink")) == style), None)

    def _drawn(self, number: str, level: str) -> str:
        drawn = self._level(number, level)
        char = "" if drawn is None else _value(drawn.find(W + "lvlText"))
        fonts = None if drawn is None else drawn.find(f"{W}rPr/{W}rFonts")
        font = "" if fonts is None else symbols.symbol_font(fonts.get(W + "ascii"), fonts.get(W + "hAnsi"))
        return (symbols.text_from_font(font, char) if font else char) if len(char) == 1 else ""


_ON = ("1", "true", "on")
_VAL = W + "val"
_P, _TBL, _TBLPR, _TC, _PPR, _RPR = (W + n for n in ("p", "tbl", "tblPr", "tc", "pPr", "rPr"))
_COLOR, _HIDDEN, _RFONTS = W + "color", W + "hidden", W + "rFonts"
_OF_COLOR = tuple(W + n for n in ("val", "themeColor", "themeTint", "themeShade"))
_OF_FILL = tuple(W + n for n in ("fill", "themeFill", "themeFillTint", "themeFillShade"))
"""What says a colour: its value, the theme's name for it, and that this is made lighter or darker."""
_SHADING = (W + "shd", W + "highlight")
_RAISING = (W + "vertAlign", W + "position")
_ADORNING = (
    *(W + n for n in ("outline", "shadow", "emboss", "imprint", "effect")),
    *(W14 + n for n in ("glow", "textOutline")),
)
_CAPITALS = (W + "caps", W + "smallCaps")
_VOIDING = (*(W + n for n in ("vanish", "strike", "dstrike", "w")), W14 + "textFill")
_TELLING = frozenset({_COLOR, _HIDDEN, *_SHADING, *_RAISING, *_VOIDING, *_CAPITALS})
_HEIGHT_RULE, _LINE_RULE = W + "hRule", W + "lineRule"
_HEIGHT, _SPACING, _INDENT = _MEASURING = tuple(W + n for n in ("trHeight", "spacing", "ind"))
SIZE = W + "sz"
_PSTYLE = W + "pStyle"
_STYLING = (W + "rStyle", _PSTYLE, W + "tblStyle")
LISTED = W + "numPr"
NOTED = frozenset({*_TELLING, *_MEASURING, *_STYLING, LISTED})
"""What runs and paragraphs say that may make them look odd, but for their sizes."""
_MAY = [
    late.pattern(may)
    for may in (
        *(rb"vanish", rb"strike", rb"vertAlign", rb"position", rb"textFill", rb"highlight"),
        rb"aps(?:(?<=[<:]caps)|(?<=[<:]smallCaps))",
        *(rb""":w\s[^>]{0,99}["'](?:[0-9]|10)%?["']""", rb"""<w\s[^>]{0,99}["'](?:[0-9]|10)%?["']"""),
        *(rb"""solid(?<=["']solid)""", rb"""pct(?<=["']pct)[5-9]"""),
        rb"""spacing\s[^>]{0,99}val=["']-(?:[4-9]\d|\d{3})""",
        *(rb"""olor\s[^>]{0,99}["'](?:[E-Fe-f][0-9a-fA-F]){3}["']""", rb"""sz\s[^>]{0,99}["'][1-4]["']"""),
        *(rb"""fill=["'][0-3]""", rb"""background1(?<=["']background1)["']""", rb"""light1(?<=["']light1)["']"""),
    )
]
"""What the part with the styles holds where one of them may make text void or raise it.

Each begins with letters: a search for those goes over the bytes ten times as fast as one for any of several.
"""
_PROMPTING = late.pattern(rb"""laceholder [Tt]ext(?<=val=["'][Pp]laceholder .ext)""")
"""The name of a style; Word lists it among those that there might be, too, as another attribute."""
_TAG, _STYLE = 1_000, 20_000
"""Bytes of a tag and of a style, at most; where one has more, every text counts as given it."""
_ID = late.pattern(rb"""styleId=["']([^"']{1,300})["']""")
_BASED = late.pattern(rb"""basedOn\b[^>]{0,99}?["']([^"']{1,300})["']""")
_DEFAULT = late.pattern(rb"""default=["'](?:1|true|on)["']""")
_TOGGLES = {"b": "bold", "i": "italic", "strike": "struck", "vanish": "hidden"}
"""Properties that two styles turn off again where both turn them on (17.7.3)."""
_LOW = 40
_FAR_OFF = -12_000
_ASIDE = -2_000
"""Twentieths of a point to the left of its place from which a line lies on what stands there, or in no margin."""


def _is_flat(setting: Element) -> bool:
    """Whether a row or line has a fixed height of less than two points (in twentieths of one), in which nobody reads a
    text, or begins more than a page's width off the page."""
    if setting.tag == _INDENT:
        return _measure(setting, "left") < _FAR_OFF or _measure(setting, "start") < _FAR_OFF
    rule, height = (_HEIGHT_RULE, "val") if setting.tag == _HEIGHT else (_LINE_RULE, "line")
    return setting.get(rule) == "exact" and _measure(setting, height) < _LOW


def _is_aside(setting: Element) -> bool:
    """Whether a paragraph begins so far to the left of its place, or to the right, that it does not stand there."""
    left = next((m for n in ("left", "start") if not math.isnan(m := _measure(setting, n))), 0)
    first, hanging = (_measure(setting, n) for n in ("firstLine", "hanging"))
    begins = left - hanging if not math.isnan(hanging) else left + (0 if math.isnan(first) else first)
    return min(left, begins) < _ASIDE or max(left, begins) > -_FAR_OFF


def _is_tight(setting: Element) -> bool:
    """Whether a run's or style's spacing may push letters on one another."""
    properties = setting.getparent()
    return properties is not None and properties.tag == _RPR and _measure(setting, "val") <= _CROWDED


_WHOLE = late.pattern(r"-?[0-9]{1,9}")
_AS_NUMBER = etree.XPath("number($text)")


def _measure(setting: Element, name: str) -> float:
    """The number that an attribute is, as XPath reads it; NaN, which is neither less nor more, where it is none."""
    text = setting.get(W + name)
    if text is None:
        return math.nan
    return int(text) if _WHOLE.fullmatch(text) else float(str(_AS_NUMBER(setting, text=text)))


def _run_of(setting: Element) -> Element | None:
    """The run that a property belongs to; None for one of a paragraph's mark or of a style."""
    properties = setting.getparent()
    run = None if properties is None else properties.getparent()
    return run if run is not None and run.tag == W + "r" else None


def _with(parent: Element, tag: str, attribute: str, value: str) -> Element | None:
    """The child that is told by an attribute."""
    return next((e for e in parent.iterchildren(W + tag) if e.get(W + attribute) == value), None)


def _list_in(properties: Element | None) -> tuple[str, str]:
    """The list and the level that properties of a paragraph name; "" where they don't."""
    listed = xml.child(properties, LISTED)
    return _value(xml.child(listed, W + "numId")), _value(xml.child(listed, W + "ilvl"))


def _value(element: Element | None) -> str:
    return "" if element is None else element.get(W + "val", "")


def _runs_around(setting: Element) -> Iterator[Element]:
    """The runs of the table row, or of the paragraph, that a setting of its own takes off the page."""
    properties = setting.getparent()
    around = None if properties is None else properties.getparent()
    is_own = properties is not None and properties.tag in (W + "trPr", _PPR)
    return iter(()) if around is None or not is_own else around.iter(W + "r")


def _style_of(properties: Element | None, tag: str) -> str:
    return _value(xml.child(properties, W + tag)) if tag else ""


def _until_next(run: Element) -> str:
    """The letters of a run, and those of the one behind it, on which its last one may lie."""
    shown = [run, *itertools.islice(run.itersiblings(W + "r"), 1)]
    return "".join(text.text or "" for element in shown for text in element.iter(W + "t"))


def _number(element: Element, attribute: str = "val", namespace: str = W) -> int:
    value = element.get(namespace + attribute, "").removesuffix("%")
    return int(value) if value.lstrip("-").isdecimal() and len(value) < 7 else 0


def _color(element: Element) -> str:
    """The colour of a w:color as RRGGBB; "" where it is automatic or can't be told."""
    return _meant(*map(element.get, _OF_COLOR))


@functools.lru_cache(maxsize=4096)
def _meant(value: str | None, theme: str | None, tint: str | None, shade: str | None) -> str:
    """A colour that a theme may name: the value beside the name is what it came to (17.3.2.6), where it is changed."""
    name = theme or ""
    plain = "" if tint or shade else _PAPER.get(name, "")
    return plain or _hex(value or "") or _THEME.get(name, "")


def _ground(shade: Element) -> str:
    """What a w:shd or w:highlight lays under a text, its pattern mixed into its fill; "" for nothing."""
    pattern = shade.get(W + "val", "clear")
    if shade.tag == W + "highlight":
        return _HIGHLIGHTS.get(pattern, "")
    fill = _meant(*map(shade.get, _OF_FILL))
    if pattern in ("clear", "nil"):
        return fill
    share = 100 if pattern == "solid" else int(pattern[3:]) if pattern[3:].isdecimal() else 25
    pair = _channels(_hex(shade.get(W + "color", "")) or "000000"), _channels(fill or "FFFFFF")
    return "".join(f"{(c * share + f * (100 - share)) // 100:02X}" for c, f in zip(*pair, strict=True))


def _inked(ground: str) -> str:
    """A ground but for that of the paper."""
    return "" if ground == "FFFFFF" else ground


def _draws(border: Element) -> bool:
    return border.get(W + "val", "nil") not in ("nil", "none")


def _frame_of(cell: Element | None) -> str:
    """How a cell, told by its properties, is framed that has a thick or coloured line of its own on all sides."""
    sides = None if cell is None else cell.find(W + "tcBorders")
    drawn = [] if sides is None else [line for line in sides if line.tag in _SIDES and _draws(line) and _is_loud(line)]
    return "frame" if len({_SIDES[line.tag] for line in drawn}) == len({*_SIDES.values()}) else ""


def _is_loud(line: Element) -> bool:
    size = line.get(W + "sz", "")
    is_thick = size.isascii() and size.isdecimal() and len(size) < _DIGITS and int(size) >= _THICK
    return is_thick or line.get(W + "color", "auto") not in ("auto", "000000")


_SIDES = {W + n: n for n in ("top", "bottom", "left", "right")} | {W + "start": "left", W + "end": "right"}
_THICK, _DIGITS = 12, 5
"""Eighths of a point from which a line is thick, and digits that say no size of one."""


def _channels(color: str) -> tuple[int, ...]:
    return tuple(int(color[i : i + 2], 16) for i in (0, 2, 4))


def _hex(value: str) -> str:
    value = value.upper().removeprefix("#")
    return value if len(value) == 6 and not value.strip("0123456789ABCDEF") else ""


@functools.lru_cache(maxsize=4096)
def _is_close(color: str, ground: str) -> bool:
    """Whether the eye can't tell two colours apart."""
    if not color or not ground:
        return False
    return max(abs(a - b) for a, b in zip(_channels(color), _channels(ground), strict=True)) <= _CLOSE


def _is_close_to_any(color: str, grounds: Iterable[str]) -> bool:
    return any(_is_close(color, ground) for ground in grounds)


def _applied(look: Look, properties: Element) -> Look:
    """A look with what a w:rPr says of it."""
    changes: dict[str, _Value] = {}
    for setting in properties:
        if (read := _SETTINGS.get(setting.tag)) is not None:
            changes.update(read(setting))
    return _changed(look, changes)


def _changed(look: Look, changes: Mapping[str, _Value]) -> Look:
    known: dict[str, Any] = dict(changes)
    return replace(look, **known) if known else look


def _flag(name: str) -> Callable[[Element], dict[str, _Value]]:
    return lambda e: {name: xml.is_on(e)}


_FONTS: tuple[tuple[str, str, str], ...] = (
    ("font", W + "eastAsia", W + "eastAsiaTheme"),
    ("latin", W + "ascii", W + "asciiTheme"),
)
"""The letters that a font is for, where it is named and where a theme's is."""
_NAMING = frozenset(itertools.chain(*(names for _, *names in _FONTS)))
_ALIKE = (
    ("", "宋体", "simsun", "新宋体", "nsimsun", "等线", "dengxian", "华文宋体", "stsong", "noto serif cjk sc"),
    ("黑体", "simhei", "华文黑体", "stheiti", "heiti sc", "noto sans cjk sc", "微软雅黑", "microsoft yahei"),
    ("仿宋", "fangsong", "仿宋_gb2312", "fangsong_gb2312", "华文仿宋", "stfangsong"),
    ("楷体", "kaiti", "楷体_gb2312", "kaiti_gb2312", "华文楷体", "stkaiti"),
    ("隶书", "lisu", "华文隶书", "stliti"),
    ("", "calibri", "cambria", "times new roman", "times", "liberation serif", "carlito"),
)
"""Fonts that look alike, the first for all of them: "" for what is taken where nobody chose one."""
_FACES = {name: names[0] for names in _ALIKE for name in names}

_SETTINGS: dict[str, Callable[[Element], dict[str, _Value]]] = {
    **{W + tag: _flag(name) for tag, name in _TOGGLES.items()},
    W + "dstrike": _flag("doubly_struck"),
    W + "color": lambda e: {"color": _color(e)},
    W + "shd": lambda e: {"ground": _ground(e)},
    W + "highlight": lambda e: {"ground": _ground(e)},
    W + "sz": lambda e: {"size": _number(e)},
    W + "w": lambda e: {"width": _number(e) or 100},
    W + "u": lambda e: {"underlined": e.get(W + "val", "single") != "none"},
    W + "bdr": lambda e: {"framed": _draws(e)},
    W + "em": lambda e: {"emphasised": e.get(W + "val", "none") != "none"},
    W + "vertAlign": lambda e: {"raised": {"superscript": 1, "subscript": -1}.get(e.get(W + "val", ""), 0)},
    W + "position": lambda e: {
        "raised": (n := _number(e)) and (abs(n) >= _RAISED) * (1 if n > 0 else -1),
        "off_line": n,
    },
    W + "spacing": lambda e: {"spacing": _number(e)},
    _RFONTS: lambda e: {name: font for name, _, _ in _FONTS if (font := _font(e, name)) is not None},
    W + "eastAsianLayout": lambda e: {"adorned": any(e.get(W + n) in _ON for n in ("combine", "vert"))},
    W14 + "textFill": lambda e: _filling(e),
    **{tag: lambda e: {"adorned": _is_adorning(e)} for tag in _ADORNING},
    **dict.fromkeys(_CAPITALS, lambda e: {"capital": xml.is_on(e)}),
}

_DECIDING = frozenset({W + "rStyle", *_SETTINGS})


def _font(fonts: Element, name: str) -> str | None:
    """The font that a w:rFonts (17.3.2.26) names for some letters; "" for a usual or a theme's one, None where none."""
    said, of_theme = next(names for what, *names in _FONTS if what == name)
    if fonts.get(of_theme):
        return ""
    face = fonts.get(said)
    return None if face is None else _FACES.get(face.lower(), face.lower())


def _filling(fill: Element) -> dict[str, _Value]:
    """What a w14:textFill ([MS-DOCX] 2.6.1.11) makes of a text: it hides the w:color, and may be seen through."""
    solid = xml.child(fill, W14 + "solidFill")
    color = None if solid is None else next(solid.iterchildren(W14 + "srgbClr", W14 + "schemeClr"), None)
    through = None if color is None else color.find(W14 + "alpha")
    is_glass = through is not None and _number(through, "val", W14) >= _SEEN_THROUGH
    told: dict[str, _Value] = {"transparent": fill.find(W14 + "noFill") is not None or is_glass}
    if color is not None and (name := color.get(W14 + "val", "")):
        told["color"] = _hex(name) or ("" if len(color) > (through is not None) else _THEME.get(name, ""))
    return told


def _is_adorning(setting: Element) -> bool:
    """Whether a setting draws something round letters: not one that says it draws nothing."""
    return xml.is_on(setting) and setting.find(W14 + "noFill") is None


def _firsts(may: re.Pattern[bytes], styles: bytes) -> Iterator[int]:
    """Where something is found before the first style, and for the first time in each one."""
    at = 0
    while at >= 0 and (hit := may.search(styles, at)) is not None:
        yield hit.start()
        at = styles.find(b"styleId=", hit.end())


def style_of(run: Element) -> str:
    """The style that a run itself names; "" for none."""
    return _style_of(xml.leading(run, _RPR), "rStyle")


def around(paragraph: Element) -> Around:
    """The styles around the runs of a paragraph."""
    table = next(paragraph.iterancestors(_TBL), None)
    of_table = "" if table is None else _style_of(xml.leading(table, _TBLPR), "tblStyle")
    return of_table, _style_of(xml.leading(paragraph, _PPR), "pStyle")


def are_bare(paragraphs: Iterable[Element]) -> bool:
    """Whether paragraphs stand in one cell, or beside one another in none, and say nothing of how they look."""
    homes = {paragraph.getparent() for paragraph in paragraphs}
    return len(homes) == 1 and all(xml.child(p, _PPR) is None for p in paragraphs)


def settings_of(run: Element) -> Settings:
    """What a run itself says of its look; two of one paragraph that say the same look alike."""
    said: list[tuple[object, ...]] = []
    properties = next(iter(run), None)  # they stand first; looking for them by their name takes as long as reading them
    for setting in (
        properties if properties is not None and properties.tag == _RPR else next(run.iterchildren(_RPR), ())
    ):
        tag = setting.tag
        if tag == _RFONTS:  # one that says only which of two fonts some signs are of decides nothing
            if named := [pair for pair in setting.items() if pair[0] in _NAMING]:
                said.append((tag, *named))
        elif tag in _DECIDING:
            said.append((tag, *setting.items(), *(_inside(setting) if len(setting) else ())))
    return tuple(said)


def _inside(setting: Element) -> Iterator[str]:
    """The elements in a setting, with what they say."""
    for element in setting.iterdescendants(etree.Element):
        yield from (str(element.tag), *map(str, element.attrib.values()))


PLAIN = Formats()
"""No styles and no lists."""


def formats_of(package: Package, part: str) -> Formats:
    """The styles and lists that a part of a package refers to."""
    names = tuple(next(iter(package.related(part, kind)), "") for kind in ("styles", "numbering"))
    styles, numbering = (package.shared(p) if p in package else b"" for p in names)
    return _same(styles, numbering, names)


_same = functools.lru_cache(maxsize=16)(Formats)
"""The documents of a batch mostly have the same styles and lists: what was found out of them is shared."""
