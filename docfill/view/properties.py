"""Properties: what holds for a run, paragraph, table or cell, from the styles down to its own settings.

Word lays settings over one another (ECMA-376 17.7.2): the document's defaults,
the table's style, the paragraph's with those it is based on, the run's, then what
is set at the place itself.  Here they are flat: `{"sz": "24", "rFonts.eastAsia":
"宋体", "pBdr.top.sz": "4"}`, an element without w:val being "".  Nothing is judged
or drawn; a style that is missing, or based on itself, adds nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

from docfill import limits
from docfill.problems import DocfillError
from docfill.word import xml
from docfill.word.document import Element
from docfill.word.package import Package
from docfill.word.xml import W

Properties = Mapping[str, str]
NONE: Properties = {}

_STEPS_A_STYLE = 16
_DEEPEST = 3
"""Nothing that is drawn lies deeper: w:tcPr / w:tcBorders / w:top."""
_FONT_SLOTS = ("ascii", "hAnsi", "eastAsia", "cs")


def flat(element: Element | None) -> dict[str, str]:
    """The settings in a w:rPr, w:pPr, w:tblPr, w:trPr or w:tcPr."""
    found: dict[str, str] = {}
    if element is not None:
        _flatten(element, "", _DEEPEST, found)
    return found


def _flatten(element: Element, before: str, depth: int, found: dict[str, str]) -> None:
    for child in element:
        name = before + str(child.tag).rpartition("}")[2]
        found[name] = ""
        for key, value in child.items():
            attribute = str(key).rpartition("}")[2]
            found[name if attribute == "val" else f"{name}.{attribute}"] = str(value)
        if depth > 1 and len(child):
            _flatten(child, name + ".", depth - 1, found)


def over(base: Properties, more: Properties) -> Properties:
    """`more` laid over `base`; a font that is named takes the place of one of the theme."""
    if not more:
        return base
    merged = {**base, **more}
    for slot in _FONT_SLOTS:
        theme = f"rFonts.{slot}Theme"
        if f"rFonts.{slot}" in more and theme not in more:
            merged.pop(theme, None)
    return merged


def is_on(properties: Properties, name: str) -> bool:
    """Whether an on/off setting holds (17.17.4)."""
    return name in properties and properties[name].lower() not in ("0", "false", "off", "none")


class Styles:
    """The styles of a package, each with what it is based on."""

    def __init__(self, package: Package, main: str) -> None:
        self._styles: dict[str, Element] = {}
        self._known: dict[tuple[str, str], Properties] = {}
        self._default: dict[str, str] = {}
        self.run, self.paragraph = NONE, NONE
        self.fonts = _theme_fonts(_root(package, main, "theme"))
        root = _root(package, main, "styles")
        if root is None:
            return
        self.run = flat(root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr"))
        self.paragraph = flat(root.find(f"{W}docDefaults/{W}pPrDefault/{W}pPr"))
        for style in root.iterfind(W + "style"):
            name = style.get(W + "styleId", "")
            self._styles[name] = style
            if style.get(W + "default") in ("1", "true", "on"):
                self._default[style.get(W + "type", "")] = name

    def of(self, style: str | None, kind: str, part: str) -> Properties:
        """What a style (the default one of its kind for None) sets in `part`, as "rPr" or "tblPr"."""
        name = self._default.get(kind, "") if style is None or style not in self._styles else style
        if (name, part) not in self._known:
            chain: dict[str, Element] = {}
            at = name
            while at in self._styles and at not in chain and (at, part) not in self._known and len(chain) < 50:
                chain[at] = self._styles[at]
                base = chain[at].find(W + "basedOn")
                at = "" if base is None else base.get(W + "val", "")
            merged = self._known.get((at, part), NONE)
            for one, element in reversed(chain.items()):
                limits.spend(_STEPS_A_STYLE + len(merged))
                merged = self._known[one, part] = over(merged, flat(element.find(W + part)))
            self._known[name, part] = merged
        return self._known[name, part]


def _root(package: Package, main: str, kind: str) -> Element | None:
    """The root of the part that the main part relates to as `kind`; None where it is missing or unusable."""
    for part in package.related(main, kind)[:1]:
        try:
            return package.parsed(part)
        except DocfillError:
            return None
    return None


def _theme_fonts(root: Element | None) -> dict[str, str]:
    """What "minorEastAsia" and the like mean."""
    fonts: dict[str, str] = {}
    for size in ("major", "minor"):
        scheme = None if root is None else root.find(f".//{{*}}{size}Font")
        if scheme is None:
            continue
        faces = {xml.local(e): e.get("typeface", "") for e in scheme if xml.local(e) in ("latin", "ea")}
        scripts = {e.get("script"): e.get("typeface", "") for e in scheme.iterfind("{*}font")}
        fonts[size + "Ascii"] = fonts[size + "HAnsi"] = faces.get("latin", "")
        fonts[size + "EastAsia"] = faces.get("ea") or scripts.get("Hans", "")
    return fonts
