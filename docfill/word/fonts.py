"""The fonts of a document: those that its text asks for, and which others a printer of it took instead.

A run's font is what its own properties say, else its style's, its paragraph's
style's, or the document's defaults (ECMA-376 part 1, 17.7.2 and 17.3.2.26); Chinese
characters take the East Asian one.  What is installed, fontconfig says where there
is one; elsewhere only the finished PDF does, which names the fonts that it holds.
"""

from __future__ import annotations

import functools
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator

from lxml import etree

from docfill import late
from docfill.text import width
from docfill.word.package import Package
from docfill.word.xml import W

Element = etree._Element

NAMES = {
    "宋体": "SimSun",
    "新宋体": "NSimSun",
    "黑体": "SimHei",
    "仿宋": "FangSong",
    "楷体": "KaiTi",
    "仿宋_GB2312": "FangSong_GB2312",
    "楷体_GB2312": "KaiTi_GB2312",
    "微软雅黑": "Microsoft YaHei",
    "等线": "DengXian",
    "方正小标宋简体": "FZXiaoBiaoSong-B05S",
}
"""What fonts whose Chinese name forms use call themselves inside."""

_SUBSET = late.pattern(r"^[A-Z]{6}\+")
_ALIKE = 6
"""Names of fonts that begin with so many equal letters are of one family."""


def asked(package: Package) -> list[str]:
    """The fonts that the text of the main part, headers and footers asks for, in order."""
    main = package.main
    styles = _Styles(package)
    parts = [main, *package.related(main, "header"), *package.related(main, "footer")]
    roots = (package.parsed(part) for part in dict.fromkeys(parts))
    return list(dict.fromkeys(font for root in roots for run in root.iter(W + "r") for font in styles.fonts(run)))


class _Styles:
    """The fonts that styles give, each as what stands in w:rFonts."""

    def __init__(self, package: Package) -> None:
        self._styles: dict[str, Element] = {}
        self._defaults: dict[str, str] = {}
        self._normal = ""
        for part in package.related(package.main, "styles")[:1]:
            root = package.parsed(part)
            self._defaults = _given(root.find(f"{W}docDefaults/{W}rPrDefault"))
            for style in root.iter(W + "style"):
                self._styles[style.get(W + "styleId", "")] = style
                if style.get(W + "type") == "paragraph" and style.get(W + "default") in ("1", "true", "on"):
                    self._normal = style.get(W + "styleId", "")

    def fonts(self, run: Element) -> Iterator[str]:
        """The fonts that a run's characters are to be shown in."""
        shown = "".join(t.text or "" for t in run.iter(W + "t"))
        paragraph = next(run.iterancestors(W + "p"), None)
        own = _value(run, f"{W}rPr/{W}rStyle")
        around = _value(paragraph, f"{W}pPr/{W}pStyle") if paragraph is not None else ""
        given = {**self._defaults, **self._of(around or self._normal), **self._of(own), **_given(run)}
        wide = any(width(c) == 2 for c in shown)
        narrow = any(width(c) == 1 and not c.isspace() for c in shown)
        for kind, is_used in (("eastAsia", wide), ("ascii", narrow)):
            if is_used and given.get(kind):
                yield given[kind]

    def _of(self, style: str) -> dict[str, str]:
        chain: list[Element] = []
        while (found := self._styles.get(style)) is not None and found not in chain:
            chain.append(found)
            style = _value(found, W + "basedOn")
        return {kind: font for found in reversed(chain) for kind, font in _given(found).items()}


def _given(element: Element | None) -> dict[str, str]:
    """The fonts in the properties of a run or style."""
    fonts = element.find(f"{W}rPr/{W}rFonts") if element is not None else None
    kinds = ("eastAsia", "ascii") if fonts is not None else ()
    return {kind: font for kind in kinds if fonts is not None and (font := fonts.get(W + kind))}


def _value(element: Element, path: str) -> str:
    found = element.find(path)
    return "" if found is None else found.get(W + "val", "")


# --- what is there, and what took the place of what is not ---


def replaced(wanted: Iterable[str], used: Iterable[str]) -> dict[str, str]:
    """The fonts that are not there, each with what took its place as far as that can be told, else "".

    Args:
        wanted: the fonts that a document asks for.
        used: those that its PDF holds, by the names that stand in there.
    """
    held = list(dict.fromkeys(_SUBSET.sub("", name) for name in used))
    missing = [font for font in dict.fromkeys(wanted) if not _is_there(font, held)]
    return {font: _instead(font, held) for font in missing}


def _is_there(font: str, held: list[str]) -> bool:
    names = {_letters(font), _letters(NAMES.get(font, font))}
    return not names.isdisjoint(_installed()) or any(_letters(h).startswith(n) for h in held for n in names if n)


def _instead(font: str, held: list[str]) -> str:
    """The font of a PDF that fontconfig would take, or the only one there is."""
    match = _fontconfig("fc-match", "-f", "%{family}", f"{font}:lang=zh-cn")
    alike = [h for h in held if match and _letters(h)[:_ALIKE] == _letters(match)[:_ALIKE]]
    return (alike or held)[0] if alike or len(held) == 1 else ""


def _letters(name: str) -> str:
    return re.sub(r"[\W_]", "", name).casefold()


@functools.cache
def _installed() -> frozenset[str]:
    """The families that are installed, by the letters of each of their names; none where nobody knows."""
    listed = _fontconfig("fc-list", ":", "family").replace("\\", "")
    return frozenset(_letters(name) for line in listed.splitlines() for name in line.split(","))


def _fontconfig(program: str, *arguments: str) -> str:
    found = shutil.which(program)
    if found is None:
        return ""
    return subprocess.run([found, *arguments], capture_output=True, check=False).stdout.decode("utf-8", "replace")
