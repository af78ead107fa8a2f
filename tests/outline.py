"""What a part holds besides answers: every element, attribute and static text, for comparison with the template.

`outline_of_template` works out the scoped tags (`{%p for … %}`, `{%tr … %}`) by
itself, on the XML tree and with Jinja's own expressions, and knows nothing of
docfill's pattern.  A paragraph with tags is outlined by its properties, the
formats of its runs and its static words; any other by all that it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import jinja2
from lxml import etree

from tests.disturb import Element, W

Entry = tuple[Any, ...]

_TAG = re.compile(r"\{%\s*if.*?endif\s*%\}|\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.S)
_SCOPED = re.compile(r"\{%(?:p|tr) (for (\S+) in (.*?)|if (.*?)|else|endfor|endif) %\}")


def outline_of_template(root: Element, environment: jinja2.Environment, context: dict[str, Any]) -> list[Entry]:
    """The outline that a document of this template and data must have."""
    return list(_entries(root, 0, environment, context))


def outline(root: Element, like: Sequence[Entry]) -> list[Entry]:
    """The outline of a document; where `like` has a paragraph with tags, that paragraph is compared as one."""
    found: list[Entry] = []
    for depth, element in _elements(root, 0):
        expected = like[len(found)] if len(found) < len(like) else ()
        if element.tag != W + "p":
            found.append(_element(element, depth))
        elif expected[:1] == ("tagged",):
            words = expected[-1] if re.fullmatch(expected[-1], _shown(element), re.S) else _shown(element)
            found.append(_tagged(element, depth, words))
        else:
            found.append(_whole(element, depth))
    return found


def _elements(element: Element, depth: int) -> Iterator[tuple[int, Element]]:
    yield depth, element
    if element.tag != W + "p":
        for child in element:
            yield from _elements(child, depth + 1)


def _entries(element: Element, depth: int, environment: jinja2.Environment, context: dict[str, Any]) -> Iterator[Entry]:
    if element.tag == W + "p":
        shown = _shown(element)
        if _TAG.search(shown):
            static = (re.escape(words) for words in _TAG.split(shown))
            yield _tagged(element, depth, ".*".join(static))
        else:
            yield _whole(element, depth)
        return
    yield _element(element, depth)
    for child, scope in _expanded(list(element), environment, context):
        yield from _entries(child, depth + 1, environment, scope)
    if element.tag == W + "tcPr" and "{% vm %}" in _own(element.getparent()):
        yield (depth + 1, W + "vMerge", ((W + "val", "restart" if context["is first"] else "continue"),), "")


def _expanded(
    elements: list[Element], environment: jinja2.Environment, context: dict[str, Any]
) -> Iterator[tuple[Element, dict[str, Any]]]:
    """The elements with scoped tags carried out, each with the names that are known there."""
    at = 0
    while at < len(elements):
        opened = _scoped(elements[at])
        if opened is None:
            yield elements[at], context
            at += 1
            continue
        otherwise, end = _partners(elements, at)
        body, rest = elements[at + 1 : otherwise], elements[otherwise + 1 : end]
        value = environment.compile_expression(opened[3] or opened[4])(**context)
        items = list(value or ()) if opened[2] else [value] * bool(value)
        for index, item in enumerate(items):
            names = {**context, opened[2]: item, "is first": index == 0} if opened[2] else context
            yield from _expanded(body, environment, names)
        if not items:
            yield from _expanded(rest, environment, context)
        at = end + 1


def _partners(elements: list[Element], start: int) -> tuple[int, int]:
    """Where the else and the end of the tag at `start` stand; the end twice if there is no else."""
    depth, otherwise = 0, None
    for at in range(start, len(elements)):
        tag = _scoped(elements[at])
        if tag is None:
            continue
        depth += tag[1].startswith(("for ", "if ")) - tag[1].startswith("end")
        if depth == 1 and tag[1] == "else":
            otherwise = at
        if depth == 0:
            return (at if otherwise is None else otherwise), at
    raise AssertionError(f"no end for {_shown(elements[start])}")


def _scoped(element: Element) -> re.Match[str] | None:
    """The scoped tag that a paragraph or row is; a row is not what a table inside it says."""
    if element.tag == W + "p":
        return _SCOPED.search(_shown(element)) if "{%p " in _shown(element) else None
    if element.tag == W + "tr":
        own = "".join(_own(tc) for tc in element.iterfind(W + "tc"))
        return _SCOPED.search(own) if "{%tr " in own else None
    return None


def _own(tc: Element) -> str:
    return "".join(_shown(paragraph) for paragraph in tc.iterfind(W + "p"))


def _shown(element: Element) -> str:
    return "".join(t.text or "" for t in element.iter(W + "t"))


def _element(element: Element, depth: int) -> Entry:
    return (depth, element.tag, tuple(sorted(element.attrib.items())), (element.text or "").strip())


def _whole(paragraph: Element, depth: int) -> Entry:
    return ("whole", depth, etree.tostring(paragraph, method="c14n", with_tail=False))


def _tagged(paragraph: Element, depth: int, words: str) -> Entry:
    properties = [etree.tostring(x, method="c14n", with_tail=False) for x in paragraph.iterfind(W + "pPr")]
    formats = {
        b"".join(etree.tostring(x, method="c14n", with_tail=False) for x in run.iterfind(W + "rPr"))
        for run in paragraph.iter(W + "r")
    }
    return ("tagged", depth, tuple(properties), tuple(sorted(formats)), words)
