"""Strays: tags that stand where nothing fills them in, and what its author meant for a tag and mistyped.

A tag is seen by whoever opens the template, so docfill sees it, too: `half_typed`
finds full-width braces and tags with a brace too few or too many; `foreign` what
other systems fill in; `unfilled` finds whole tags in all of a package but where
docfill writes (hidden names, alternative texts, charts, SmartArt, field codes,
links, pages of HTML put in …), and `unseen` those in text that is struck out, of
the colour of the paper, a control's prompt and the like.  A document with one of
these in it must not go out: `lint` names each, `fill` refuses.

`shown_tags` lets tags that are hidden (w:vanish, ECMA-376 17.3.2.41) be seen, as
docxtpl sees them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote

from lxml import etree
from msgspec import Struct

from docfill import late, limits
from docfill.template import language
from docfill.word import xml
from docfill.word.blocks import Paragraph
from docfill.word.package import Package
from docfill.word.xml import M, W

_HALF_WIDTH = str.maketrans("｛｝％＃", "{}%#")
_OPENED = late.pattern(r"[{｛][{｛%％](?P<inside>[^{}｛｝%％\n]{0,80})(?:[}｝%％]?[}｝])?")
_CLOSED = late.pattern(r"[{｛](?P<inside>\s*[^\W\d][\w.]*\s*(?:\|[^{}｛｝\n]{0,40})?)[}｝]\s?[}｝]")
_ENDED = late.pattern(r"(?:\b(?:endfor|endif|else)|(?P<inside>[^\W\d][\w.]{0,80}))\s*[}｝%％][}｝]")
_SPACED = late.pattern(r"[{｛][ \u00a0\u3000][%％][^{}｛｝%％\n]{1,80}[%％][ \u00a0\u3000]?[}｝]")
"""A statement whose braces are set apart from their signs."""
_COMMENT = late.pattern(r"[{｛][#＃][^{}｛｝#＃\n]{0,80}$")
"""A comment that has no end in its paragraph."""
_INVISIBLE = late.pattern("[\u200b-\u200d\u2060\ufeff]")
_STEPS_A_STRAY = 50
_XML, _PAGES = (".xml", ".rels"), (".htm", ".html", ".xhtml", ".mht", ".mhtml", ".txt", ".rtf")
"""How the parts end that may hold tags, as XML and as what a w:altChunk puts in (17.17.2.1)."""
_MOVED = W + "moveFrom"
_TEXTS = frozenset({W + "t", M + "t"})
_PARAGRAPHS = frozenset({W + "p", "{http://schemas.openxmlformats.org/drawingml/2006/main}p"})


class Stray(Struct, frozen=True):
    """A tag that nothing fills in: as it is typed, what to write instead ("" for nothing), and its part."""

    source: str
    meant: str
    part: str


# --- mistyped ---


def half_typed(shown: str) -> Iterator[tuple[str, str]]:
    """(what is typed, what was meant) for each near miss of a tag in a paragraph's text."""
    at, rest, whole = 0, list[str](), list[tuple[int, int]]()
    for start, end, source in language.tags_in(shown):
        if not any(c in source for c in "｛｝％＃"):
            rest.append(shown[at:start])
            whole.append((start, end))
            at = end
    rest.append(shown[at:])
    yield from _with_brace_too_many(shown, whole, "".join(rest))
    for piece in rest:
        taken, text = 0, _INVISIBLE.sub("", piece)
        found = (m for p in (_OPENED, _CLOSED, _ENDED, _COMMENT, _SPACED) for m in p.finditer(text))
        for match in sorted(found, key=lambda m: m.start()):
            if match.start() >= taken:
                taken = match.end()
                limits.spend(_STEPS_A_STRAY)
                yield match[0].strip(), _meant(match[0])


def _with_brace_too_many(shown: str, tags: Iterable[tuple[int, int]], rest: str) -> Iterator[tuple[str, str]]:
    """The tags right beside a brace that no other one in the rest of the text answers: {{甲}}}."""
    opened, closed = (sum(map(rest.count, pair)) for pair in ("{｛", "}｝"))
    for start, end in tags if opened != closed else ():
        first = start - (opened > closed and shown[start - 1 : start] in ("{", "｛"))
        last = end + (closed > opened and shown[end : end + 1] in ("}", "｝"))
        if (first, last) != (start, end):
            limits.spend(_STEPS_A_STRAY)
            yield shown[first:last], _meant(shown[start:end])


def foreign(shown: str) -> Iterator[tuple[str, str]]:
    """(what is typed, what docfill would fill in) for each placeholder of another system in a paragraph's text."""
    at = 0
    for start, end, _ in [*language.tags_in(shown), (len(shown), len(shown), "")]:
        for match in _FOREIGN.finditer(shown, at, start):
            limits.spend(_STEPS_A_STRAY)
            typed = language.as_printed(match[0])
            yield typed, _rewritten(typed)
        at = end


def _rewritten(typed: str) -> str:
    inner = typed.strip("${}[]«» ")
    name = inner.lstrip("#/^@?*+ ").strip()
    name = name if all(step.isidentifier() for step in name.split(".")) else "…"
    return f"{{% for … in {name} %}}…{{% endfor %}}" if inner[:1] in _OF_LOOPS else f"{{{{ {name} }}}}"


_OF_LOOPS = tuple("#/^?*")
_FOREIGN = late.pattern(
    r"\{_\{[^{}\n]{1,80}\}_\}|\$\{[^{}\n]{1,60}\}|«[^«»\n]{1,60}»|(?<!\[)\[\[[^\[\]\n]{1,60}\]\](?!\])"
    r"|(?<![{$_｛])\{[#/^@?*+][^{}\n%#]{1,60}\}(?!\})|(?<![{$_｛])\{[A-Za-z_][\w.]{0,60}\}(?!\})"
)
"""What other systems write where a value goes or around what is repeated: ${x}, «x», [[x]], {x}, {#x} … {/x}; {_{?x}_},
which prints {{?x}} as it stands.
"""


def _meant(typed: str) -> str:
    plain = re.sub(r"(?<=[{%])\s+(?=%)|(?<=%)\s+(?=})", "", typed.translate(_HALF_WIDTH))
    inner = plain.strip("{}%# \t\u3000。，；：、")
    if plain.startswith("{#"):
        return f"{{# {inner} #}}"
    if "%" in plain[:2] or "%" in plain[-2:]:
        scope = re.match(r"(?:tr|tc|p|r)\s", inner)
        return f"{{%{inner} %}}" if scope else f"{{% {inner} %}}"
    return f"{{{{ {inner} }}}}" if inner else ""


# --- where nothing is filled in ---


def unfilled(package: Package, stories: Iterable[str], properties: Iterable[str]) -> Iterator[Stray]:
    """The whole tags of a package that stand neither in the text of its stories nor in its properties."""
    filled, plain = frozenset(stories), frozenset(properties)
    for part in package.infos:
        if not part.endswith((*_XML, *_PAGES)) or not _may_hold_tags(data := package.read(part)):
            continue
        if part.endswith(_PAGES):
            texts = iter([data.decode(errors="replace")])
        elif part in plain:
            texts = (text for element in package.parse(data, part).iter(etree.Element) for text in _attributes(element))
        else:
            texts = _texts(package.parse(data, part), part in filled)
        yield from _strays_in(texts, part)


def unseen(paragraphs: Iterable[Paragraph], part: str) -> Iterator[Stray]:
    """The whole tags of a story that stand in text which no reader of the page sees, or takes for an answer."""
    return _strays_in(("".join(text for text, _ in p.aside) for p in paragraphs if p.aside), part)


def _strays_in(texts: Iterable[str], part: str) -> Iterator[Stray]:
    """The tags in some texts of a part, each once, without comments."""
    tags = dict.fromkeys(source for text in texts for _, _, source in language.tags_in(text))
    return (Stray(source, "", part) for source in tags if not source.startswith("{#"))


def _may_hold_tags(data: bytes) -> bool:
    return b"{" in data or b"%7b" in data or b"%7B" in data


def _attributes(element: etree._Element) -> Iterator[str]:
    """What may hold a tag of the attributes of an element."""
    return (_as_typed(value) for value in map(str, element.attrib.values()) if "{" in value or "%7" in value)


def _as_typed(text: str) -> str:
    """A text, or a link as its author typed it: Word writes its braces %7B and %7D."""
    return unquote(text) if "%7b" in text or "%7B" in text else text


def _texts(root: etree._Element, is_story: bool) -> Iterator[str]:
    """The attributes and texts of a part, paragraph by paragraph; of a story only what is no text of its paragraphs."""
    for element in root.iter(etree.Element):
        yield from _attributes(element)
        if element.tag in _PARAGRAPHS:
            if not is_story or not element.tag.startswith(W):
                yield "".join(str(t) for t in element.itertext() if t)
        elif element.tag == _MOVED:
            yield "".join(t.text or "" for t in element.iter(*_TEXTS))
        elif (text := element.text) and ("{" in text or "%7" in text) and not (is_story and element.tag in _TEXTS):
            yield _as_typed(text)


# --- hidden ---


def shown_tags(root: etree._Element) -> etree._Element:
    """The tree, its hidden runs shown where they are nothing but tags or pieces of one."""
    for paragraph in {p for mark in root.iter(W + "vanish") for p in mark.iterancestors(W + "p")}:
        runs: list[etree._Element] = []
        for run in [*paragraph.iter(W + "r"), None]:
            if run is not None and xml.is_on(run.find(f"{W}rPr/{W}vanish")):
                runs.append(run)
                continue
            _show(runs)
            runs = []
    return root


def _show(runs: list[etree._Element]) -> None:
    shown = "".join(t.text or "" for run in runs for t in run.iter(W + "t"))
    tags = list(language.tags_in(shown))
    if tags and not "".join(shown[e:s] for e, s in _gaps(shown, tags)).strip():
        for run in runs:
            properties = run.find(W + "rPr")
            mark = None if properties is None else properties.find(W + "vanish")
            if properties is not None and mark is not None:
                properties.remove(mark)


def _gaps(shown: str, tags: list[tuple[int, int, str]]) -> Iterator[tuple[int, int]]:
    ends = [0, *(end for _, end, _ in tags)]
    yield from zip(ends, [*(start for start, _, _ in tags), len(shown)], strict=True)
