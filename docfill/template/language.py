"""The tag language: docxtpl's, with docfill's filters; each tag means what Jinja's own parser makes of it.

`parse` turns the source of one tag (`{{ … }}`, `{% … %}`, `{# … #}`) into a `Tag`: an
expression that can be run backwards (a field's value, a tick, a repetition) or
a `Derived` one, which is only recomputed.  Nothing of the tag is evaluated there.

Nearly every tag is a path with filters, a loop over one, or a condition on one: these are
read here at once.  What is more than that is left to `parsing`, which brings in Jinja.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from docfill import late
from docfill.kinds import CHOICE, CHOICES
from docfill.template.meaning import (
    ENDS,
    OBJECTS,
    WORDS,
    Condition,
    Elif,
    Filter,
    For,
    If,
    Path,
    Present,
    Said,
    Tag,
    Ticked,
    Word,
    check_length,
    repeated,
    shown,
)

if TYPE_CHECKING:
    from docfill.template.parsing import Expression

_CONTROL = late.pattern(r"^[-+]|[-+]$")
"""The signs beside a tag's braces, which tell Jinja about white space; elsewhere they compute."""
_SCOPED = late.pattern(r"(tr|tc|p|r)\s")
_KINDS = "{%#"
_CLOSING = {"{{": "}}", "{%": "%}", "{#": "#}"}
LITERALS = {"{_{": "{{", "}_}": "}}", "{_%": "{%", "%_}": "%}"}
"""How a template prints braces that are no tag's, as docxtpl has it."""


@functools.lru_cache(maxsize=4096)
def parse(source: str) -> Tag:
    """The tag that `source` spells; DocfillError with Jinja's reason where it spells none."""
    check_length(source)
    opening, inner = source[:2], _CONTROL.sub("", source[2:-2])
    scope = ""
    if scoped := _SCOPED.match(inner):
        scope, inner = scoped[1], inner[scoped.end() :]
    inner = inner.strip()
    if opening == "{#":
        return Tag(source, scope, Word("# " + inner))
    said = _at_once(source, opening, inner)
    if said is None:
        from docfill.template import parsing  # few tags need Jinja, which takes as long to bring in as a form to read

        said = parsing.said(source, opening, inner)
    return Tag(source, scope, said)


def expression(source: str) -> Expression:
    """A derived value or a rule, from anybody, made ready to be evaluated over records; see `parsing.expression`."""
    from docfill.template import parsing

    return parsing.expression(source)


# --- what is read at once ---

_TEXT = r"""(?:"[^"\\\r\n]*+"|'[^'\\\r\n]*+')"""
_GIVEN = rf"(?:{_TEXT}|0|[1-9][0-9]{{0,8}})"
_PATH = r'([^\W\d]\w*+)((?:\s*+\.\s*+[^\W\d]\w*+|\s*+\["[^"\\\r\n]*+"\])*+)'
_FILTERS = rf"((?:\s*+\|\s*+[^\W\d]\w*+(?:\({_GIVEN}(?:,\s*+{_GIVEN})*+\))?+)*+)"
_OUTPUT = late.pattern(_PATH + _FILTERS)
_LOOP = late.pattern(rf"for\s++([^\W\d]\w*+)\s++in\s++{_PATH}{_FILTERS}")
_CONDITION = late.pattern(rf"(?:el)?if\s++(not\s++)?+(?:({_TEXT})\s*+in\s++)?+{_PATH}(?:\s*+==\s*+({_TEXT}))?+")
_STEP = late.pattern(r'\.\s*+(\w++)|\["([^"]*+)"\]')
_FILTER = late.pattern(rf"\|\s*+(\w++)(?:\(((?:{_GIVEN}|,\s*+)*+)\))?")
_CONSTANT = late.pattern(_GIVEN)
_NO_NAMES = WORDS | {"true", "false", "none", "True", "False", "None"}


def _at_once(source: str, opening: str, inner: str) -> Said | None:
    """What a tag says that is one of the usual ones, as Jinja would have it; None for any other."""
    if opening == "{{":
        if (found := _OUTPUT.fullmatch(inner)) is None:
            return None
        path, filters = _path(found[1], found[2]), _filters(found[3])
        return None if path is None or filters is None else shown(path, filters, source)
    if inner in ("else", "vm") or inner in ENDS:
        return Word(inner)
    if (found := _LOOP.fullmatch(inner)) is not None:
        return _loop(found[1], _path(found[2], found[3]), _filters(found[4]))
    if (found := _CONDITION.fullmatch(inner)) is not None and (path := _path(found[3], found[4])) is not None:
        condition = _asked(path, found[2], found[5])
        kind = Elif if inner.startswith("elif") else If
        return None if condition is None else kind(condition, found[1] is not None)
    return None


def _loop(name: str, path: Path | None, filters: list[Filter] | None) -> For | None:
    if path is None or filters is None or name == "loop" or not _is_name(name):
        return None
    return repeated(name, path, filters)


def _asked(path: Path, held: str | None, equal: str | None) -> Condition | None:
    """What a condition asks of the value at `path`: to hold a text, to be one, or to be there."""
    if held is not None:
        return Ticked(path, CHOICES, held[1:-1]) if equal is None else None
    if equal is not None:
        return Ticked(path, CHOICE, equal[1:-1])
    return None if path[0] == "loop" else Present(path)


def _is_name(name: str) -> bool:
    return name.isidentifier() and name not in _NO_NAMES and name not in OBJECTS


def _path(first: str, more: str) -> Path | None:
    steps = _STEP.findall(more)
    names = [first, *(name for name, _ in steps if name)]
    are_names = first not in OBJECTS and all(name.isidentifier() and name not in _NO_NAMES for name in names)
    path = (first, *(name or key for name, key in steps))
    return path if are_names and not any(step.startswith("__") for step in path) else None


def _filters(source: str) -> list[Filter] | None:
    """The filters behind a path, the last one first."""
    found = [Filter(step[1], tuple(_constants(step[2] or ""))) for step in _FILTER.finditer(source)]
    return found[::-1] if all(f.name.isidentifier() and f.name not in _NO_NAMES for f in found) else None


def _constants(source: str) -> Iterator[str | int]:
    for found in _CONSTANT.finditer(source):
        yield int(found[0]) if found[0].isdigit() else found[0][1:-1]


def goes_on(shown: str, following: str) -> bool:
    """Whether two paragraphs are one to docxtpl: a tag goes on in the second, or a {%- or -%} joins them."""
    end = following.partition("{")[0]
    if "}" in end:
        ends = [end for _, end, _ in tags_in(shown)]
        opened = _opening(_KINDS).search(shown, ends[-1] if ends else 0)
        if opened is not None and _CLOSING[opened[0]] in end:
            return True
    return shown.rstrip().endswith("-%}") or following.lstrip().startswith("{%-")


def tags_in(shown: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, source) of each tag in a paragraph's text."""
    at, kinds = 0, _KINDS
    while "{" in shown and (opened := _opening(kinds).search(shown, at)) is not None:
        end = shown.find(_CLOSING[opened[0]], opened.end())
        if end < 0:
            kinds = kinds.replace(opened[0][1], "")  # nor will any later one of the kind be closed
            at = opened.start() + 1
            continue
        at = end + 2
        yield opened.start(), at, shown[opened.start() : at]


@functools.cache
def _opening(kinds: str) -> re.Pattern[str]:
    """What opens tags of these kinds, each named by its second character."""
    return re.compile(rf"\{{[{kinds}]" if kinds else r"(?!)")


def as_printed(words: str) -> str:
    """The words between tags as they are printed."""
    for typed, printed in LITERALS.items():
        words = words.replace(typed, printed)
    return words
