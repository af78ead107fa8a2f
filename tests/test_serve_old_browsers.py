"""The page needs nothing that Chromium 109 (the last one for Windows 7) lacks; what is newer is asked for first.

The list holds what came with 110 or later and is likely to be typed unawares; a browser of that age is not at hand.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from docfill.serve.assets import FOLDER
from docfill.serve.pages.render import TEMPLATES

DRAWN = Path(__file__).parent.parent / "docfill" / "view" / "document.css"
SCRIPTS = sorted(FOLDER.rglob("*.js"))
SHEETS = [DRAWN, *sorted(FOLDER.rglob("*.css"))]
PAGES = sorted(TEMPLATES.glob("*.html"))

NEWER_SCRIPT = {
    r"\.to(Sorted|Reversed|Spliced)\(": "a.toSorted()",  # 110
    r"\.(isWellFormed|toWellFormed)\(": "s.isWellFormed()",  # 111
    r"\bstartViewTransition\(": "document.startViewTransition(f)",  # 111
    r"/[dgimsuy]*v[dgimsuy]*\.(test|exec)\(": "/a/v.test(s)",  # 112
    r"\b(show|hide|toggle)Popover\(": "e.showPopover()",  # 114
    r"\bonscrollend\b|[\"']scrollend[\"']": 'addEventListener("scrollend", f)',  # 114
    r"\bAbortSignal\.any\(": "AbortSignal.any(all)",  # 116
    r"\b(Object|Map)\.groupBy\(": "Object.groupBy(a, f)",  # 117
    r"\bPromise\.(withResolvers|try)\b": "Promise.withResolvers()",  # 119, 128
    r"\bURL\.(canParse|parse)\(": "URL.canParse(s)",  # 120, 126
    r"\bArray\.fromAsync\(": "Array.fromAsync(a)",  # 121
    r"\.(values|keys|entries|matchAll)\([^()]*\)\.(map|filter|find|some|every|reduce|take|drop|toArray|forEach)\(": (
        "m.values().map(f)"  # 122, helpers of iterators
    ),
    r"\.(union|intersection|difference|symmetricDifference|isSubsetOf|isSupersetOf|isDisjointFrom)\(": "s.union(t)",
    r"\bimport\b[^;\n]*\bwith\s*\{": 'import a from "a.json" with { type: "json" }',  # 123
    r"\b(setHTMLUnsafe|getHTML|moveBefore)\(": "e.setHTMLUnsafe(s)",  # 124, 125, 133
    r"\bfor await\b[^;\n]*\.body\b": "for await (const c of answer.body)",  # 124
    r"\b(fromBase64|toBase64|RegExp\.escape)\(": "RegExp.escape(s)",  # 136
}
NEWER_STYLE = {
    r"\b(color-mix|oklch|oklab|lch|lab)\(": "a{color:color-mix(in srgb, red, blue)}",  # 111
    r":nth-(last-)?child\([^)]* of ": "a:nth-child(2 of .b){}",  # 111
    r"\d(rlh|rcap|rex|ric)\b": "a{height:2rlh}",  # 111
    r"\b(sin|cos|tan|round|mod|rem|pow|sqrt|hypot|exp)\(": "a{width:round(1px, 2px)}",  # 111, 125
    r"\btext-wrap(-style)?\s*:": "a{text-wrap:balance}",  # 114
    r":popover-open|::backdrop\s+\w": "a:popover-open{}",  # 114
    r"\b(animation|scroll|view)-timeline\s*:": "a{animation-timeline:scroll()}",  # 115
    r"@(starting-style|scope)\b": "@scope (a){}",  # 117, 118
    r"\bsubgrid\b": "a{grid-template-rows:subgrid}",  # 117
    r":user-(in)?valid": "a:user-invalid{}",  # 119
    r"\b(rgb|hsl|color)\(\s*from\b": "a{color:rgb(from red r g b)}",  # 119
    r":dir\(": "a:dir(rtl){}",  # 120
    r"(?<!-webkit-)\bmask(-image)?\s*:": "a{mask-image:none}",  # 120
    r"\blight-dark\(": "a{color:light-dark(red, blue)}",  # 123
    r"\bfield-sizing\s*:": "a{field-sizing:content}",  # 123
    r"\b(anchor-name|position-anchor|position-area)\s*:": "a{anchor-name:--b}",  # 125
    r"\b(interpolate-size|calc-size)\b": "a{interpolate-size:allow-keywords}",  # 129
}
NEWER_PAGE = {
    r"\bpopover(target)?\b\s*[=>]": '<div popover="auto">',  # 114
    r"<details[^>]*\bname=": '<details name="a">',  # 120
    r"\bshadowrootmode=": '<template shadowrootmode="open">',  # 111
    r"\bcommandfor=|\bclosedby=|<selectedcontent\b": '<button commandfor="a">',  # 134, 135
}
KINDS = ((SCRIPTS, NEWER_SCRIPT), (SHEETS, NEWER_STYLE), (PAGES, NEWER_PAGE))


def bare(text: str) -> str:
    """Without comments."""
    return re.sub(r"/\*.*?\*/|(?m:(?<![:\w])//.*$)|\{#.*?#\}", "", text, flags=re.DOTALL)


def newer(text: str, known: dict[str, str]) -> list[str]:
    """The lines that need a newer browser."""
    return [line.strip() for line in bare(text).splitlines() if any(re.search(p, line) for p in known)]


def nested(sheet: str) -> list[str]:
    """The rules that stand inside of other rules (112); at-rules hold rules as ever."""
    found, around = [], [""]
    for said, sign in re.findall(r"([^{};]*)([{};])", bare(sheet)):
        if sign == "{":
            if around[-1] and not around[-1].startswith("@"):
                found.append(said.strip())
            around.append(said.strip())
        elif sign == "}":
            around.pop()
    return found


@pytest.mark.parametrize("path", [p for paths, _ in KINDS for p in paths], ids=lambda p: p.name)
def test_no_file_of_the_page_needs_a_newer_browser(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    (known,) = (known for paths, known in KINDS if path in paths)
    assert newer(text, known) == []
    assert path.suffix != ".css" or nested(text) == []


@pytest.mark.parametrize(("pattern", "sample"), [(p, s) for _, known in KINDS for p, s in known.items()])
def test_what_is_newer_would_be_seen(pattern: str, sample: str) -> None:
    assert newer(f"/* {sample} */\n{sample}\n", {pattern: sample}) == [sample]


def test_a_rule_inside_of_a_rule_would_be_seen() -> None:
    assert nested("a{color:red} @media print{b{color:red}}") == []
    assert nested("@media print{a{color:red; &:hover{color:blue} b{color:red}}}") == ["&:hover", "b"]


def test_highlights_are_asked_for_before_they_are_used() -> None:
    """They came with 105; where they are not, the whole paragraph lights up."""
    for path in SCRIPTS:
        text = path.read_text(encoding="utf-8")
        if "CSS.highlights" in text:
            assert 'typeof Highlight === "function"' in text
            uses = [line for line in text.splitlines() if re.search(r"CSS\.highlights\.\w", line)]
            assert all("isHighlighting" in line for line in uses), uses
