"""Looks: settings of Word as declarations of CSS.

Lengths are points, so that a page on the screen and on paper has the same
measures.  A font that the reader's machine lacks falls back to one of its kind:
a Song to a serif, a Hei to a sans, FangSong and Kai to theirs.
"""

from __future__ import annotations

from collections.abc import Mapping

from docfill.view.properties import Properties, is_on
from docfill.view.sheet import colour, font, integer, luminance, points
from docfill.word import ticks

Look = tuple[str, ...]

_SERIF = '"SimSun","Songti SC","Noto Serif CJK SC","Source Han Serif SC",serif'
_SANS = '"SimHei","Microsoft YaHei","PingFang SC","Noto Sans CJK SC","Source Han Sans SC",sans-serif'
_FANGSONG = '"FangSong","STFangsong","FangSong_GB2312",' + _SERIF
_KAI = '"KaiTi","STKaiti","KaiTi_GB2312",' + _SERIF
_KINDS = (
    (("黑", "hei", "sans", "等线", "dengxian", "yahei", "雅黑", "arial", "calibri", "helvetica", "verdana"), _SANS),
    (("仿宋", "fangsong"), _FANGSONG),
    (("楷", "kai"), _KAI),
)
_LINE = 1.3
"""The height of a line of Chinese type, in its size."""
_EDGES = ("top", "right", "bottom", "left")
_SIDES = {"start": "left", "end": "right"}
_ALIGNED = {"center": "center", "right": "right", "end": "right", "both": "justify", "distribute": "justify"}
_DRAWN = {"double": "double", "dotted": "dotted", "dashed": "dashed", "dotDash": "dashed", "dashSmallGap": "dashed"}
_HIGHLIGHTS = {
    "yellow": "#ffff00", "green": "#00ff00", "cyan": "#00ffff", "magenta": "#ff00ff", "blue": "#0000ff",
    "red": "#ff0000", "darkBlue": "#000080", "darkCyan": "#008080", "darkGreen": "#008000", "darkMagenta": "#800080",
    "darkRed": "#800000", "darkYellow": "#808000", "darkGray": "#808080", "lightGray": "#c0c0c0", "black": "#000000",
}  # fmt: skip
_WHITE = 0.93


def shade(properties: Properties, name: str = "shd") -> str:
    """The colour that a w:shd fills with; "" for none."""
    return colour(properties.get(f"{name}.fill"))


def is_white(properties: Properties, behind: str) -> bool:
    """Whether letters are as white as what is behind them, a colour or "": then their colour would hide them."""
    ink = colour(properties.get("color"))
    paper = shade(properties) or _HIGHLIGHTS.get(properties.get("highlight", ""), "") or behind or "#ffffff"
    return bool(ink) and luminance(ink) > _WHITE and luminance(paper) > _WHITE


def size(properties: Properties) -> float:
    """The size of letters in points."""
    return (integer(properties.get("sz"), 2, 600) or 20) / 2


def run(properties: Properties, fonts: Mapping[str, str], around: float, behind: str = "") -> Look:
    """How the letters of a run look in a paragraph of the size `around`, on a ground of the colour `behind`."""
    look: list[str] = []
    if family := _family(properties, fonts):
        look.append(f"font-family:{family}")
    raised = properties.get("vertAlign")
    is_raised = raised in ("superscript", "subscript")
    own = size(properties) * (0.65 if is_raised else 1)
    if own != around:
        look.append(f"font-size:{own:g}pt")
    if is_raised:
        look.append(f"vertical-align:{'super' if raised == 'superscript' else 'sub'};line-height:0")
    if is_on(properties, "b"):
        look.append("font-weight:700")
    if is_on(properties, "i"):
        look.append("font-style:italic")
    if properties.get("u", "none") not in ("none", ""):
        look.append("text-decoration:underline" + (" double" if properties["u"] == "double" else ""))
    if is_on(properties, "caps"):
        look.append("text-transform:uppercase")
    ink = colour(properties.get("color"))
    if ink and not is_white(properties, behind):
        look.append(f"color:{ink}")
    if behind := shade(properties) or _HIGHLIGHTS.get(properties.get("highlight", ""), ""):
        look.append(f"background-color:{behind}")
    if apart := integer(properties.get("spacing"), -200, 600):
        look.append(f"letter-spacing:{points(apart)}")
    return tuple(look)


def _family(properties: Properties, fonts: Mapping[str, str]) -> str:
    names = [_font_name(properties, fonts, slot) for slot in ("ascii", "eastAsia")]
    latin, chinese = names
    if latin.lower() in ticks.SYMBOL_FONTS or latin.lower() == "symbol":
        latin = ""
    if latin and chinese and not latin.isascii():
        latin = ""
    shown = [f for f in dict.fromkeys((font(latin), font(chinese))) if f]
    said = (chinese or latin).lower()
    kind = next((family for words, family in _KINDS if any(w in said for w in words)), _SERIF)
    return ",".join([*shown, kind]) if shown else ""


def _font_name(properties: Properties, fonts: Mapping[str, str], slot: str) -> str:
    return fonts.get(properties.get(f"rFonts.{slot}Theme", ""), "") or properties.get(f"rFonts.{slot}", "")


def paragraph(properties: Properties, letters: float, pitch: int) -> Look:
    """How a paragraph stands: sides, indents, spaces, height of its lines.

    Args:
        properties: what holds for it.
        letters: the size of its letters in points.
        pitch: the distance of lines in twips that the page prescribes; 0 for none.
    """
    look = [f"font-size:{letters:g}pt"]
    if aligned := _ALIGNED.get(properties.get("jc", "")):
        look.append(f"text-align:{aligned}")
        if properties["jc"] == "distribute":
            look.append("text-align-last:justify")
    look += _indents(properties, letters)
    for name, edge in (("before", "top"), ("after", "bottom")):
        lines = integer(properties.get(f"spacing.{name}Lines"), 0, 10000)
        space = lines * (pitch or 240) // 100 if lines else integer(properties.get(f"spacing.{name}"), 0)
        if space and not is_on(properties, f"spacing.{name}Autospacing"):
            look.append(f"margin-{edge}:{points(space)}")
    look.append(f"line-height:{_height(properties, letters, pitch)}")
    for edge in _EDGES:
        if drawn := border(properties, f"pBdr.{edge}"):
            look.append(f"border-{edge}:{drawn}")
    if behind := shade(properties):
        look.append(f"background-color:{behind}")
    return tuple(look)


def _indents(properties: Properties, letters: float) -> list[str]:
    look = []
    for name, edge in (("left", "left"), ("start", "left"), ("right", "right"), ("end", "right")):
        if indent := _indent(properties, name, letters):
            look.append(f"padding-{edge}:{indent:g}pt")
    first = _indent(properties, "firstLine", letters) - _indent(properties, "hanging", letters)
    if first:
        look.append(f"text-indent:{first:g}pt")
    return look


def _indent(properties: Properties, name: str, letters: float) -> float:
    """An indent in points: in hundredths of letters, or else in twips."""
    in_letters = integer(properties.get(f"ind.{name}Chars"), -5000, 5000)
    return in_letters * letters / 100 if in_letters else (integer(properties.get(f"ind.{name}")) or 0) / 20


def _height(properties: Properties, letters: float, pitch: int) -> str:
    line, rule = integer(properties.get("spacing.line"), 1), properties.get("spacing.lineRule", "auto")
    if line and rule == "exact":
        return points(line)
    natural = letters * _LINE
    if pitch and properties.get("snapToGrid", "1") not in ("0", "false", "off"):
        natural = -(-natural // (pitch / 20)) * pitch / 20
    if line and rule == "atLeast":
        natural = max(natural, line / 20)
    elif line:
        natural *= line / 240
    return f"{natural:.4g}pt"


def border(properties: Properties, name: str) -> str:
    """A border (w:top and the like) as CSS; "" for none."""
    kind = properties.get(name, "")
    if kind in ("", "nil", "none"):
        return ""
    eighths = integer(properties.get(f"{name}.sz"), 2, 96) or 4
    width = max(eighths / 8, 2.25 if kind == "double" else 0.5)
    return f"{width:g}pt {_DRAWN.get(kind, 'solid')} {colour(properties.get(f'{name}.color')) or '#000'}"


def has_border(properties: Properties, name: str) -> bool:
    """Whether a border is set at all, be it to none."""
    return name in properties


def edge_named(properties: Properties, group: str, edge: str) -> str:
    """The setting of an edge, which strict documents call start and end."""
    other = next((new for new, old in _SIDES.items() if old == edge), edge)
    return f"{group}.{other}" if f"{group}.{other}" in properties else f"{group}.{edge}"
